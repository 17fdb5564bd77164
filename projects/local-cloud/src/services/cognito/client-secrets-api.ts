/** `AddUserPoolClientSecret`, `ListUserPoolClientSecrets` and `DeleteUserPoolClientSecret`, which moto does not know. */
import { DescribeUserPoolClientCommand } from "@aws-sdk/client-cognito-identity-provider";
import { faultResponse } from "../../aws-api/errors.ts";
import type { ApiHandler } from "../../cloud.ts";
import type { FirstSecret, SecretDescriptor } from "./client-secrets.ts";
import type { CognitoDataPlane } from "./data-plane.ts";

interface Input {
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly ClientSecret?: string;
  readonly ClientSecretId?: string;
}

type Call = (dataPlane: CognitoDataPlane, input: Input, first: FirstSecret) => object;

const CALLS: Readonly<Record<string, Call>> = {
  AddUserPoolClientSecret: ({ clientSecrets }, { UserPoolId, ClientId, ClientSecret }, first) => ({
    ClientSecretDescriptor: shown(clientSecrets.add(UserPoolId, ClientId, first, ClientSecret)),
  }),
  ListUserPoolClientSecrets: ({ clientSecrets }, { UserPoolId, ClientId }, first) => ({
    ClientSecrets: clientSecrets.list(UserPoolId, ClientId, first).map(shown),
  }),
  DeleteUserPoolClientSecret: ({ clientSecrets }, { UserPoolId, ClientId, ClientSecretId = "" }, first) => {
    clientSecrets.remove(UserPoolId, ClientId, first, ClientSecretId);
    return {};
  },
};

export function clientSecretsApi(dataPlane: CognitoDataPlane): ApiHandler {
  return async ({ action, body }) => {
    const call = CALLS[action];
    if (call === undefined) return undefined;
    try {
      const input = JSON.parse(body.toString()) as Input;
      const answer = call(dataPlane, input, await firstSecret(dataPlane, input));
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify(answer),
      };
    } catch (error) {
      const { name, message: said } = error as Error;
      const [, code = name, message = said] = /^(\w+Exception): (.*)$/s.exec(said) ?? [];
      if (!code.endsWith("Exception")) throw error;
      return faultResponse("json", { code, message, status: 400 });
    }
  };
}

async function firstSecret({ sdk }: CognitoDataPlane, { UserPoolId, ClientId }: Input): Promise<FirstSecret> {
  const { UserPoolClient } = await sdk.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  const { ClientSecret: value, CreationDate: createdAt } = UserPoolClient ?? {};
  if (value) return { value, createdAt: createdAt ?? new Date(0) };
  throw new Error(`InvalidParameterException: The app client ${ClientId} is public: it has no secret.`);
}

function shown({ id, createdAt, value }: SecretDescriptor & { readonly value?: string }): object {
  return { ClientSecretId: id, ClientSecretCreateDate: createdAt.getTime() / 1_000, ClientSecretValue: value };
}
