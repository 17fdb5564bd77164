import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../cloud.ts";
import { ACCOUNT_ID, REGION } from "../cloud.ts";
import { readJson, writeJson } from "../runtime/durable-json.ts";
import { requireTool } from "../runtime/tools.ts";

const PROCESS_NAME = "moto";
const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;
const MARKER_PARAMETER = "/local-cloud/memory";

/** Which AWS services live in moto. Others that no handler serves are refused: moto would accept them and do nothing. */
export const MOTO_SERVICES: ReadonlySet<string> = new Set([
  ...[
    "apigateway",
    "cognito-idp",
    "dynamodb",
    "kinesis",
    "kms",
    "logs",
    "monitoring",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
  ],
]);

export interface Moto {
  readonly port: number;
  /** True once it is known that moto has forgotten what the account believes to be there. */
  readonly lostMemory: boolean;
  start(): Promise<void>;
}

/**
 * moto as a child process. It keeps everything in memory, so a marker is put there at the first start:
 * where the marker is missing later, so is everything else.
 */
export function moto(cloud: Cloud, port: number): Moto {
  const markerFile = join(cloud.home, "moto.json");
  let lostMemory = false;
  let starting: Promise<void> | undefined;

  async function start(): Promise<void> {
    await cloud.processes.ensure({
      name: PROCESS_NAME,
      command: requireTool("moto-5.2.5/bin/moto_server"),
      args: ["-H", "127.0.0.1", "-p", String(port)],
      env: { MOTO_ACCOUNT_ID: ACCOUNT_ID, AWS_DEFAULT_REGION: REGION, PYTHONUNBUFFERED: "1" },
      restart: "always",
    });
    await untilReady();
    await compareMarker();
  }

  async function untilReady(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      try {
        await call("ListTagsForResource", { ResourceType: "Parameter", ResourceId: MARKER_PARAMETER });
        return;
      } catch (error) {
        if (Date.now() > deadline) {
          const logFile = join(cloud.home, "logs", `${PROCESS_NAME}.log`);
          const reason = `moto did not answer on port ${port} within ${READY_WITHIN_MS / 1000} s`;
          throw new Error(`${reason}. Its log says why: ${logFile}`, { cause: error });
        }
        await delay(POLL_MS);
      }
    }
  }

  async function compareMarker(): Promise<void> {
    const remembered = readJson<{ marker: string }>(markerFile)?.marker;
    if (remembered !== undefined) {
      const found = await call("GetParameter", { Name: MARKER_PARAMETER });
      if (JSON.stringify(found.body).includes(remembered)) return;
      lostMemory = true;
      cloud.log("moto has lost its memory: keys, secrets, streams and buckets are gone");
      return;
    }
    const marker = randomUUID();
    const put = await call("PutParameter", { Name: MARKER_PARAMETER, Value: marker, Type: "String" });
    if (put.status !== 200) throw new Error(`moto refused the marker of its memory: ${JSON.stringify(put.body)}`);
    writeJson(markerFile, { marker });
  }

  /** Past the front: this call is the cloud's own business and no principal's. */
  function call(action: string, input: object): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        ...{ host: "127.0.0.1", port, method: "POST", path: "/" },
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AmazonSSM.${action}`,
          authorization: `AWS4-HMAC-SHA256 Credential=cloud/20200101/${REGION}/ssm/aws4_request, SignedHeaders=host, Signature=0`,
        },
      });
      outgoing.on("response", (incoming) => {
        incoming.toArray().then((chunks: Buffer[]) => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: incoming.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) });
        }, reject);
      });
      outgoing.on("error", reject);
      outgoing.end(JSON.stringify(input));
    });
  }

  cloud.processes.onExit((name) => {
    if (name !== PROCESS_NAME) return;
    lostMemory = true;
    cloud.log("moto ended by itself and has lost its memory: the next `up` begins anew");
  });

  return {
    port,
    get lostMemory() {
      return lostMemory;
    },
    start() {
      starting ??= start();
      return starting;
    },
  };
}
