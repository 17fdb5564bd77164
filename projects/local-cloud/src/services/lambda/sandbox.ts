import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { REGION, type Cloud } from "../../cloud.ts";
import { mayLog } from "./function-role.ts";
import type { FunctionVersion } from "./function-version.ts";

/** What a handler threw, in the form in which Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
export type HandlerResult = { readonly payload: string } | { readonly error: FunctionError };

type Message =
  | { type: "ready" }
  | { type: "failed"; error: FunctionError }
  | { type: "result"; requestId: string; payload: string }
  | { type: "error"; requestId: string; error: FunctionError };

const BOOTSTRAP = join(import.meta.dirname, "bootstrap.mjs");
const INIT_TIMEOUT_MS = 10_000;

/**
 * One execution environment: a child of the cloud that lives for several events, one at a time.
 * It ends with the cloud, whose end closes the channel between the two.
 */
export class Sandbox {
  readonly #child: ChildProcess;
  readonly #scratch: string;
  readonly #ready: Promise<FunctionError | undefined>;
  #pending: { requestId: string; settle: (result: HandlerResult) => void } | undefined;
  #ending = false;
  #ended = false;
  readonly #exit: Promise<void>;

  constructor(cloud: Cloud, version: FunctionVersion) {
    this.#scratch = join(cloud.home, "functions", "scratch", randomUUID());
    mkdirSync(this.#scratch, { recursive: true, mode: 0o700 });
    const log = openSync(join(cloud.home, "logs", `lambda-${version.functionName}.log`), "a", 0o600);
    this.#child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: version.codeFolder,
      env: environmentOf(cloud, version, this.#scratch),
      stdio: mayLog(cloud, version) ? ["ignore", log, log, "ipc"] : ["ignore", "ignore", "ignore", "ipc"],
    });
    closeSync(log);
    const detach = version.place && cloud.network.attach(version.place, () => this.#child.pid);

    const inited = Promise.withResolvers<FunctionError | undefined>();
    const initTimer = setTimeout(() => {
      inited.resolve({
        errorType: "Sandbox.Timedout",
        errorMessage: `Init did not end within ${INIT_TIMEOUT_MS / 1000} s`,
      });
    }, INIT_TIMEOUT_MS);
    this.#child.on("message", (message: Message) => {
      if (message.type === "ready") inited.resolve(undefined);
      else if (message.type === "failed") inited.resolve(message.error);
      else if (message.requestId === this.#pending?.requestId) {
        this.#pending.settle(message.type === "result" ? { payload: message.payload } : { error: message.error });
      }
    });
    this.#exit = new Promise((resolve) => {
      const ended = (how: string): void => {
        this.#ended = true;
        detach?.();
        const error = { errorType: "Runtime.ExitError", errorMessage: `Runtime exited with error: ${how}` };
        inited.resolve(error);
        this.#pending?.settle({ error });
        rmSync(this.#scratch, { recursive: true, force: true });
        resolve();
      };
      this.#child.once("exit", (code, signal) => ended(signal ?? `exit status ${code}`));
      this.#child.once("error", (error) => ended(error.message));
    });
    this.#ready = inited.promise.finally(() => clearTimeout(initTimer));
  }

  get usable(): boolean {
    return !this.#ending && !this.#ended && this.#child.connected;
  }

  /** Loads the handler if it is not loaded yet, and hands it one event; after its timeout the environment is killed. */
  async run(
    event: string,
    call: { requestId: string; invokedFunctionArn: string; timeoutMs: number },
  ): Promise<HandlerResult> {
    const initError = await this.#ready;
    if (initError !== undefined) {
      await this.end();
      return { error: initError };
    }
    const { promise, resolve } = Promise.withResolvers<HandlerResult>();
    this.#pending = { requestId: call.requestId, settle: resolve };
    const seconds = (call.timeoutMs / 1000).toFixed(2);
    const timer = setTimeout(() => {
      const errorMessage = `${new Date().toISOString()} ${call.requestId} Task timed out after ${seconds} seconds`;
      resolve({ error: { errorType: "Sandbox.Timedout", errorMessage } });
      void this.end();
    }, call.timeoutMs);
    const { requestId, invokedFunctionArn } = call;
    this.#child.send({ requestId, event, invokedFunctionArn, deadlineMs: Date.now() + call.timeoutMs }, (error) => {
      if (error !== null) resolve({ error: { errorType: "Runtime.ExitError", errorMessage: error.message } });
    });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
    }
  }

  async end(): Promise<void> {
    this.#ending = true;
    if (!this.#ended) this.#child.kill("SIGKILL");
    await this.#exit;
  }
}

function environmentOf(cloud: Cloud, version: FunctionVersion, scratch: string): NodeJS.ProcessEnv {
  const credentials = cloud.credentials.issue(version.roleArn);
  return {
    PATH: process.env.PATH,
    HOME: scratch,
    TMPDIR: scratch,
    TZ: "UTC",
    ...version.variables,
    _HANDLER: version.handler,
    LAMBDA_TASK_ROOT: version.codeFolder,
    AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: version.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: version.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[${version.version}]${randomUUID().replaceAll("-", "")}`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: cloud.awsEndpointUrl,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    NODE_EXTRA_CA_CERTS: cloud.certificates.caFile,
  };
}
