/** Prints the OpenAPI document of the service, made from the schemas of its routes. Nothing is connected to. */
import { buildApp } from "./app.ts";
import type { Dependencies } from "./dependencies.ts";

export async function openApiDocument(): Promise<object> {
  // Routes are only declared: no handler runs, so nothing that a handler would need is asked for.
  const app = await buildApp({} as Dependencies, { logger: false });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

async function print(): Promise<void> {
  process.stdout.write(`${JSON.stringify(await openApiDocument(), null, 2)}\n`);
}

if (import.meta.main) void print();
