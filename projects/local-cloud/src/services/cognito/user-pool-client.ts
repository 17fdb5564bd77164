import {
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  ResourceNotFoundException,
  UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Cloud } from "../../cloud.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { BUILT_IN_SCOPES, checkUserPoolClient } from "./checks.ts";
import type { CognitoDataPlane } from "./data-plane.ts";
import { IDENTITY_PROVIDER, OWN_DIRECTORY } from "./identity-provider.ts";
import { pascalCase, picked } from "./sdk-shape.ts";

export const USER_POOL_CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
export const RESOURCE_SERVER = "aws:cognito/resourceServer:ResourceServer";

const SAME_NAME = [
  "accessTokenValidity",
  "allowedOauthFlowsUserPoolClient",
  "authSessionValidity",
  "defaultRedirectUri",
  "enablePropagateAdditionalUserContextData",
  "enableTokenRevocation",
  "explicitAuthFlows",
  "idTokenValidity",
  "preventUserExistenceErrors",
  "readAttributes",
  "refreshTokenRotation",
  "refreshTokenValidity",
  "supportedIdentityProviders",
  "tokenValidityUnits",
  "writeAttributes",
];
/** Names that differ between the provider and the API by more than their first letter. */
const OTHER_NAME: Readonly<Record<string, string>> = {
  allowedOauthFlows: "AllowedOAuthFlows",
  allowedOauthFlowsUserPoolClient: "AllowedOAuthFlowsUserPoolClient",
  allowedOauthScopes: "AllowedOAuthScopes",
  callbackUrls: "CallbackURLs",
  defaultRedirectUri: "DefaultRedirectURI",
  logoutUrls: "LogoutURLs",
  name: "ClientName",
};

function settings(inputs: Properties): Properties {
  const renamed = Object.entries(OTHER_NAME).filter(([name]) => inputs[name] !== undefined);
  return {
    ...picked(
      inputs,
      SAME_NAME.filter((name) => OTHER_NAME[name] === undefined),
    ),
    ...Object.fromEntries(renamed.map(([name, apiName]) => [apiName, pascalCase(inputs[name])])),
  };
}

/** @returns Cognito's refusal when a scope is in no resource server of the pool */
function unknownScopes(inputs: Properties, cloud: Cloud): string | undefined {
  const custom = cloud.account
    .ofType(RESOURCE_SERVER)
    .filter((server) => server.inputs.userPoolId === inputs.userPoolId)
    .flatMap((server) => server.outputs.scopeIdentifiers as readonly string[]);
  const known = [...BUILT_IN_SCOPES, ...custom];
  const unknown = ((inputs.allowedOauthScopes ?? []) as readonly string[]).filter((scope) => !known.includes(scope));
  if (unknown.length === 0) return undefined;
  return (
    `ScopeDoesNotExistException: Invalid scope requested: ${unknown.join(", ")}. ` +
    "Create the resource server with this scope first, and let the client depend on it."
  );
}

/** @returns Cognito's refusal when people would be sent to a provider that the pool does not know */
function unknownProvider(inputs: Properties, cloud: Cloud): string | undefined {
  const known = cloud.account
    .ofType(IDENTITY_PROVIDER)
    .filter((provider) => provider.inputs.userPoolId === inputs.userPoolId)
    .map((provider) => provider.inputs.providerName as string);
  const named = (inputs.supportedIdentityProviders ?? []) as readonly string[];
  const unknown = named.find((name) => name !== OWN_DIRECTORY && !known.includes(name));
  return (
    unknown && `InvalidParameterException: The provider ${unknown} does not exist for User Pool ${inputs.userPoolId}.`
  );
}

/** Clients live in the user-pool API alone, and with them their secrets: nothing of ours writes one down. */
export function userPoolClient(dataPlane: CognitoDataPlane): ResourceType {
  const { sdk } = dataPlane;
  const secretOf = (secret: string | undefined): Properties => ({ clientSecret: secret ?? "" });

  return {
    token: USER_POOL_CLIENT,
    autoName: "name",
    replaceOnChanges: ["userPoolId", "generateSecret"],
    computed: ["clientSecret"],
    secretOutputs: ["clientSecret"],
    check: checkUserPoolClient,

    create: async (inputs, cloud) => {
      const refusal = unknownScopes(inputs, cloud) ?? unknownProvider(inputs, cloud);
      if (refusal !== undefined) throw new Error(refusal);
      const { UserPoolClient } = await sdk.send(
        new CreateUserPoolClientCommand({
          UserPoolId: inputs.userPoolId as string,
          ClientName: inputs.name as string,
          GenerateSecret: inputs.generateSecret === true,
          ...settings(inputs),
        }),
      );
      const id = UserPoolClient?.ClientId;
      if (id === undefined) throw new Error("The user-pool API answered the creation of a client without an id.");
      return { id, outputs: secretOf(UserPoolClient?.ClientSecret) };
    },

    read: async (record) => {
      try {
        const { UserPoolClient } = await sdk.send(
          new DescribeUserPoolClientCommand({ UserPoolId: record.inputs.userPoolId as string, ClientId: record.id }),
        );
        return secretOf(UserPoolClient?.ClientSecret);
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    update: async (record, inputs, cloud) => {
      const refusal = unknownScopes(inputs, cloud) ?? unknownProvider(inputs, cloud);
      if (refusal !== undefined) throw new Error(refusal);
      await sdk.send(
        new UpdateUserPoolClientCommand({
          UserPoolId: inputs.userPoolId as string,
          ClientId: record.id,
          ...settings(inputs),
        }),
      );
      return {};
    },

    delete: async (record) => {
      try {
        await sdk.send(
          new DeleteUserPoolClientCommand({ UserPoolId: record.inputs.userPoolId as string, ClientId: record.id }),
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      dataPlane.clientSecrets.forget(record.inputs.userPoolId as string, record.id);
    },
  };
}
