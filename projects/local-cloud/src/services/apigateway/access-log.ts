import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { renderTemplate, variablesOf } from "./templates.ts";

/** What API Gateway refuses about `accessLogSettings.format`. */
export function formatFailure(format: string): string | undefined {
  const variables = variablesOf(format);
  if (!variables.includes("requestId") && !variables.includes("extendedRequestId")) {
    return "Access Log format must contain $context.requestId or $context.extendedRequestId";
  }
  if (/\n./s.test(format))
    return "Access Log format must be single line, new line character is allowed only at end of the format";
  return undefined;
}

/** File that stands for a log group on this machine: `/srs/local/access` is `logs/srs-local-access.log`. */
export function logGroupFile(home: string, logGroupArn: string): string {
  const name = /:log-group:([^:]+)/.exec(logGroupArn)?.[1];
  if (name === undefined) throw new Error(`"${logGroupArn}" is not the ARN of a log group.`);
  return join(home, "logs", `${name.replace(/^\//, "").replaceAll("/", "-")}.log`);
}

/** Access logs of all stages. A line has what the stage's format names, and nothing else. */
export class AccessLogs {
  readonly #home: string;
  readonly #streams = new Map<string, WriteStream>();

  constructor(home: string) {
    this.#home = home;
  }

  write(destinationArn: string, format: string, context: (variable: string) => string | undefined): void {
    const line = renderTemplate(format, context, { missing: "-", json: true }).trimEnd();
    this.#stream(destinationArn).write(`${line}\n`);
  }

  async close(): Promise<void> {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.end(() => resolve()))));
  }

  #stream(destinationArn: string): WriteStream {
    const known = this.#streams.get(destinationArn);
    if (known !== undefined) return known;
    mkdirSync(join(this.#home, "logs"), { recursive: true });
    const stream = createWriteStream(logGroupFile(this.#home, destinationArn), { flags: "a", mode: 0o600 });
    this.#streams.set(destinationArn, stream);
    return stream;
  }
}
