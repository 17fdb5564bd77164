import { fixtures } from "@records/testing";

/** What the layers before compute have published. */
export const CONTRACTS = { security: fixtures.security, network: fixtures.network, data: fixtures.data };
