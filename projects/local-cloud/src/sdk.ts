/** The AWS SDK as the cloud's own services use it, towards what lives in moto. */
import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "./cloud.ts";

type ClientClass<T> = new (config: Cloud["sdk"]) => T;

/** In the user agent of calls the cloud makes itself, for the engine or between its services: nobody's deed. */
export const OWN_CALLS = "local-cloud-itself";

const clients = new WeakMap<Cloud, Map<unknown, unknown>>();

/** One client of each kind per cloud, made when it is first asked for. */
export function clientOf<T>(cloud: Cloud, Client: ClientClass<T>): T {
  const known = clients.get(cloud) ?? new Map<unknown, unknown>();
  clients.set(cloud, known);
  const config = { ...cloud.sdk, customUserAgent: OWN_CALLS };
  const client = (known.get(Client) as T | undefined) ?? new Client(config);
  known.set(Client, client);
  return client;
}

/** Turns the named refusals into `undefined`: that the thing is not there is an answer, not a failure. */
export async function unlessMissing<T>(call: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codes.includes((error as Error).name)) return undefined;
    throw error;
  }
}

export type Tags = Readonly<Record<string, string>>;

export function tagChanges(before: Tags | undefined, after: Tags | undefined) {
  const set = Object.entries(after ?? {}).filter(([key, value]) => before?.[key] !== value);
  return { set: Object.fromEntries(set), unset: Object.keys(before ?? {}).filter((key) => after?.[key] === undefined) };
}

/** JSON text as it is now; in the recorded spelling when it says the same. */
export function documentNow(recorded: unknown, current: string | undefined): unknown {
  if (current === undefined || typeof recorded !== "string") return current;
  return isDeepStrictEqual(parsed(recorded), parsed(current)) ? recorded : current;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
