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

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await openApiDocument(), null, 2)}\n`);
}
