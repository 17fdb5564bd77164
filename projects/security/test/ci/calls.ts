/** A call that AWS asks IAM about when something is created: what is called, on what, and what the request carries. */
import type { RecordedResource } from "@records/testing";
import type { ContextValue } from "@records/iam";

export const ACCOUNT = "000000000000";
const REGION = "us-east-1";

export interface Call {
  readonly action: string;
  readonly resource: string;
  /** The resource comes into being with this call: it has no tags of its own yet. */
  readonly isNew: boolean;
  readonly context: Readonly<Record<string, ContextValue>>;
}
type Context = Call["context"];
/** What it takes to create a resource, told by its recorded inputs. */
export type Needs = (name: string, inputs: RecordedResource["inputs"]) => readonly Call[];

export const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
export const iamArn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;

const calls =
  (isNew: boolean) =>
  (service: string, names: string, resource: string, context: Context = {}): Call[] =>
    names.split(" ").map((name) => ({ action: `${service}:${name}`, resource, isNew, context }));

/** Calls on what they bring into being. */
export const making = calls(true);
/** Calls on what is there already. */
export const on = calls(false);

/** Shaping of a role. IAM looks up the ceiling that the role has; `callsOf` does so too. */
export const shaping = (action: string, role: unknown, context: Context = {}): Call[] =>
  on("iam", action, iamArn(`role/${String(role)}`), context);

export const passing = (roleArn: unknown, service: string): Call[] =>
  on("iam", "PassRole", String(roleArn), { "iam:PassedToService": `${service}.amazonaws.com` });

/** The name in a resource's ARN, by whichever input gives it. */
export function nameOf({ name, inputs }: RecordedResource): string {
  const given = ["name", "bucket", "identifier", "clusterIdentifier", "replicationGroupId", "userId", "userGroupId"];
  const more = ["dbProxyEndpointName", "family", "analyzerName"];
  const found = [...given, ...more].map((property) => inputs[property] as unknown).find((it) => typeof it === "string");
  return typeof found === "string" ? found : name;
}
