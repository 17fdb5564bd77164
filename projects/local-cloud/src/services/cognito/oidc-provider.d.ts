/** The part of the untyped package `oidc-provider` that the token issuer uses. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface Client {
    readonly clientId: string;
    readonly [metadata: string]: unknown;
  }
  export interface GrantContext {
    readonly oidc: { readonly client: Client; readonly params: Readonly<Record<string, string | undefined>> };
    body: unknown;
  }
  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    readonly Client: { readonly prototype: { compareClientSecret(this: Client, given: string): boolean } };
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    on(event: "server_error", listener: (context: unknown, error: Error) => void): void;
    registerGrantType(
      name: string,
      handler: (context: GrantContext) => Promise<void>,
      parameters: readonly string[],
    ): void;
  }
  export const errors: {
    readonly InvalidScope: new (description: string, scope: string) => Error;
    readonly UnauthorizedClient: new (description: string) => Error;
  };
}
