import type { KeyObject } from "node:crypto";
import type { Cloud, Service } from "../../cloud.ts";
import { clientSecretsApi } from "./client-secrets-api.ts";
import { CognitoDataPlane, USER_POOL } from "./data-plane.ts";
import { cognitoResources } from "./resources.ts";

/** What is needed to check a token of one user pool without asking the pool. */
export interface TokenVerification {
  readonly issuer: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

export interface CognitoService extends Service {
  /** @returns undefined when there is no such user pool */
  verificationOf(userPoolArn: string): Promise<TokenVerification | undefined>;
}

export function cognitoService(cloud: Cloud): CognitoService {
  const dataPlane = new CognitoDataPlane(cloud);
  return {
    name: "cognito",
    resources: cognitoResources(dataPlane),
    api: { service: "cognito-idp", handle: clientSecretsApi(dataPlane) },
    start: async () => {
      const [pool] = cloud.account.ofType(USER_POOL);
      if (pool !== undefined) await dataPlane.endpointOf(pool.id);
    },
    stop: () => dataPlane.close(),
    verificationOf: async (userPoolArn) => {
      const pool = cloud.account.byArn(userPoolArn);
      if (pool?.type !== USER_POOL) return undefined;
      const { kid, publicKey } = await dataPlane.keys.of(pool.id);
      return { issuer: `https://${await dataPlane.endpointOf(pool.id)}`, keys: new Map([[kid, publicKey]]) };
    },
  };
}
