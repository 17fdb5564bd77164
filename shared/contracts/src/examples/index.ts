/** Contracts as the stacks of some environment could publish them: for tests, and for plans of layers that come later. */
import type { DataContract } from "../stacks/data.ts";
import type { NetworkContract } from "../stacks/network.ts";
import type { SecurityContract } from "../stacks/security.ts";
import { dataExample } from "./data.ts";
import { networkExample } from "./network.ts";
import type { Place } from "./place.ts";
import { securityExample } from "./security.ts";

export type { Place } from "./place.ts";

export interface ExampleContracts {
  readonly security: SecurityContract;
  readonly network: NetworkContract;
  readonly data: DataContract;
}

export function exampleContracts(place: Place): ExampleContracts {
  return { security: securityExample(place), network: networkExample(place), data: dataExample(place) };
}
