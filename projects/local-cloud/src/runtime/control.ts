import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { listen } from "../cloud.ts";
import { writeFileAtomically } from "./durable-json.ts";

/** What the command line may ask of the running cloud. */
export type ControlHandlers = Readonly<Record<string, (input: never) => Promise<unknown>>>;

const tokenFile = (home: string) => join(home, "control-token");

/** Serves requests of whoever can read the cloud's home; other users of the machine cannot. */
export async function serveControl(home: string, handlers: ControlHandlers) {
  const token = randomBytes(32).toString("hex");
  const server = createServer((request, response) => {
    answer(request, token, handlers).then(
      (result) => response.writeHead(200).end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(400).end(JSON.stringify({ message: (error as Error).message })),
    );
  });
  const port = await listen(server, 0);
  writeFileAtomically(tokenFile(home), token);
  return {
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, token: string, handlers: ControlHandlers): Promise<unknown> {
  const presented = Buffer.from(request.headers.authorization ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) throw new Error("Wrong token.");
  const name = (request.url ?? "").slice(1);
  const handle = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handle === undefined) throw new Error(`The cloud knows no request "${name}".`);
  return handle((await json(request)) as never);
}

export async function askCloud<T>(home: string, port: number, name: string, input: object = {}): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}/${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${readFileSync(tokenFile(home), "utf8")}` },
    body: JSON.stringify(input),
  });
  const result = (await response.json()) as T & { message?: string };
  if (!response.ok) throw new Error(result.message ?? `The cloud answered ${response.status} to ${name}.`);
  return result;
}
