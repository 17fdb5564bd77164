import {
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ResourceNotFoundException,
  UpdateUserPoolCommand,
  type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import { checkUserPool } from "./checks.ts";
import { USER_POOL, type CognitoDataPlane } from "./data-plane.ts";
import { pascalCase, picked } from "./sdk-shape.ts";

const MUTABLE = ["adminCreateUserConfig", "deletionProtection", "mfaConfiguration", "userPoolAddOns", "userPoolTier"];

function settings(inputs: Properties): Properties {
  return {
    ...picked(inputs, MUTABLE),
    ...(inputs.passwordPolicy !== undefined && {
      Policies: { PasswordPolicy: pascalCase(inputs.passwordPolicy) },
    }),
    ...(inputs.accountRecoverySetting !== undefined && {
      AccountRecoverySetting: pascalCase(inputs.accountRecoverySetting),
    }),
    UserPoolTags: inputs.tags ?? {},
  };
}

/** The pool is known to the user-pool API under the same id; the key it signs with is the data plane's. */
export function userPool(dataPlane: CognitoDataPlane): ResourceType {
  const { sdk, keys } = dataPlane;
  const computedOf = async (pool: UserPoolType): Promise<Properties> => ({
    arn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT_ID}:userpool/${pool.Id}`,
    endpoint: await dataPlane.endpointOf(pool.Id ?? ""),
    creationDate: pool.CreationDate?.toISOString(),
    lastModifiedDate: pool.LastModifiedDate?.toISOString(),
    estimatedNumberOfUsers: pool.EstimatedNumberOfUsers ?? 0,
    // Prefix of the pool's domain, which is created after the pool; custom domains are not served.
    domain: dataPlane.domainOf(pool.Id ?? "") ?? "",
    customDomain: "",
  });

  return {
    token: USER_POOL,
    autoName: "name",
    replaceOnChanges: ["name", "aliasAttributes", "usernameAttributes", "usernameConfiguration"],
    computed: [
      "arn",
      "endpoint",
      "creationDate",
      "lastModifiedDate",
      "estimatedNumberOfUsers",
      "domain",
      "customDomain",
    ],
    check: checkUserPool,

    create: async (inputs) => {
      const { UserPool } = await sdk.send(
        new CreateUserPoolCommand({
          PoolName: inputs.name as string,
          ...picked(inputs, ["aliasAttributes", "usernameAttributes", "usernameConfiguration"]),
          ...settings(inputs),
        }),
      );
      const id = UserPool?.Id;
      if (UserPool === undefined || id === undefined) {
        throw new Error("The user-pool API answered the creation of a user pool without an id.");
      }
      try {
        await keys.create(id);
        return { id, outputs: await computedOf(UserPool) };
      } catch (error) {
        await remove(dataPlane, id);
        throw error;
      }
    },

    read: async (record) => {
      if (!(await keys.exists(record.id))) return undefined;
      try {
        const { UserPool } = await sdk.send(new DescribeUserPoolCommand({ UserPoolId: record.id }));
        return UserPool && (await computedOf(UserPool));
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    update: async (record, inputs) => {
      await sdk.send(new UpdateUserPoolCommand({ UserPoolId: record.id, ...settings(inputs) }));
      return {};
    },

    delete: async (record) => {
      refuseProtected(record);
      await remove(dataPlane, record.id);
    },
  };
}

function refuseProtected(record: ResourceRecord): void {
  if (record.inputs.deletionProtection !== "ACTIVE") return;
  throw new Error(
    "InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
  );
}

async function remove(dataPlane: CognitoDataPlane, id: string): Promise<void> {
  try {
    await dataPlane.sdk.send(new DeleteUserPoolCommand({ UserPoolId: id }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  dataPlane.forget(id);
  await dataPlane.keys.remove(id);
}
