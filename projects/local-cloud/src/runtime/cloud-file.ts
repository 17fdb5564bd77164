import { isAlive } from "../processes/process-identity.ts";
import type { ProcessIdentity } from "../processes/process-identity.ts";
import { readJson } from "./durable-json.ts";

/** What a running cloud says of itself, once it is ready to be used. Holds no secret. */
export interface CloudFile extends ProcessIdentity {
  readonly providerPort: number;
  readonly controlPort: number;
  readonly awsEndpointUrl: string;
  readonly caFile: string;
  readonly motoLostMemory: boolean;
  /** Of the cloud's own source: a cloud that runs older code is started again. */
  readonly sourceHash: string;
}

/** @returns undefined when no cloud runs for the stack, whatever an earlier one has left behind */
export function runningCloud(cloudFile: string): CloudFile | undefined {
  const content = readJson<CloudFile>(cloudFile);
  return content !== undefined && isAlive(content) ? content : undefined;
}
