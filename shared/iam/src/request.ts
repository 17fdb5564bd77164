/** Who asks for what: the facts that policies are judged by. */
export type Principal =
  | { readonly kind: "role"; readonly arn: string }
  | { readonly kind: "service"; readonly service: string }
  /** A web or SAML identity that asks for a role's credentials: the provider's ARN, or its domain. */
  | { readonly kind: "federated"; readonly provider: string };

/** The empty list stands for a key that the request certainly does not carry. */
export type ContextValue = string | readonly string[];

export interface AccessRequest {
  readonly principal: Principal;
  /** `kms:Decrypt`; compared without regard to case. */
  readonly action: string;
  /** The resource's ARN, or "*" for an action that has no resource. */
  readonly resource: string;
  /** Condition keys of the request, compared without regard to case. */
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** Stands for a key whose value is left open. */
export const OPEN: unique symbol = Symbol("open");

export type Lookup = (key: string) => readonly string[] | typeof OPEN | undefined;

/**
 * Reads the request's context. What AWS derives from the principal is there without being given; a request comes
 * over TLS unless it says otherwise.
 * @param open whether a key that nobody gave may have any value, or is absent
 */
export function contextOf(request: AccessRequest, open: boolean): Lookup {
  const known = new Map<string, readonly string[]>();
  const put = (key: string, value: ContextValue) =>
    known.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  for (const [key, value] of Object.entries(derived(request))) put(key, value);
  for (const [key, value] of Object.entries(request.context)) put(key, value);
  return (key) => {
    const values = known.get(key.toLowerCase());
    if (values === undefined) return open ? OPEN : undefined;
    return values.length === 0 ? undefined : values;
  };
}

function derived({ principal, action }: AccessRequest): Record<string, ContextValue> {
  const secure = { "aws:SecureTransport": "true" };
  switch (principal.kind) {
    case "role": {
      const account = accountOf(principal.arn) ?? [];
      return {
        ...secure,
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalAccount": account,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalServiceName": [],
        "aws:PrincipalType": "AssumedRole",
        "aws:username": [],
        ...(action.toLowerCase().startsWith("kms:") && { "kms:CallerAccount": account }),
      };
    }
    case "service":
      return {
        ...secure,
        "aws:PrincipalArn": [],
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": principal.service,
        "aws:username": [],
      };
    case "federated":
      return { ...secure, "aws:FederatedProvider": principal.provider, "aws:PrincipalIsAWSService": "false" };
  }
}

/** The account in an ARN; undefined where it has none, as a bucket's. */
export function accountOf(arn: string): string | undefined {
  const account = arn.split(":")[4];
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}
