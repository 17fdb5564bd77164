import { randomUUID } from "node:crypto";
import type { Account } from "../../cloud.ts";
import { arn, derivedHex } from "../../identifiers.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { capacityOf, CAPACITY_MAX } from "./capacity.ts";
import { checkIpSet, checkLogging, checkWebAcl } from "./checks.ts";
import { ASSOCIATION, IP_SET, LOGGING, WEB_ACL } from "./tokens.ts";

const IN_USE =
  "WAFAssociatedItemException: AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.";
/** Changes with every update, so that two writers do not undo each other. */
const lockToken = (inputs: Properties, id: string): string => {
  const hex = derivedHex(32, id, JSON.stringify(inputs));
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const ipSet = recordedType({
  token: IP_SET,
  id: () => randomUUID(),
  arn: (inputs, id) => arn("wafv2", `regional/ipset/${inputs.name}/${id}`),
  replaceOnChanges: ["name", "scope", "ipAddressVersion"],
  autoName: "name",
  uniqueBy: ["name", "scope"],
  computed: { lockToken },
  check: checkIpSet,
  inUse: ({ arn: own }, cloud) =>
    cloud.account.ofType(WEB_ACL).some(({ inputs }) => setsOf(inputs.rules).includes(own!)) ? IN_USE : undefined,
});

const webAcl = recordedType({
  token: WEB_ACL,
  id: () => randomUUID(),
  arn: (inputs, id) => arn("wafv2", `regional/webacl/${inputs.name}/${id}`),
  replaceOnChanges: ["name", "scope"],
  autoName: "name",
  uniqueBy: ["name", "scope"],
  computed: {
    lockToken,
    capacity: (inputs) => capacityOf(inputs.rules ?? []),
    applicationIntegrationUrl: () => "",
  },
  check: checkWebAcl,
  conflict: ({ rules }, cloud) => {
    const absent = setsOf(rules).find((set) => cloud.account.byArn(set)?.type !== IP_SET);
    if (absent !== undefined)
      return `WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist: ${absent}`;
    const capacity = capacityOf(rules ?? []);
    return capacity > CAPACITY_MAX
      ? `WAFLimitsExceededException: the rules need ${capacity} capacity units, and a web ACL has ${CAPACITY_MAX}`
      : undefined;
  },
  inUse: ({ arn: own }, cloud) =>
    cloud.account.ofType(ASSOCIATION).some(({ inputs }) => inputs.webAclArn === own) ? IN_USE : undefined,
});

const association = recordedType({
  token: ASSOCIATION,
  id: ({ webAclArn, resourceArn }) => `${webAclArn},${resourceArn}`,
  replaceOnChanges: ["webAclArn", "resourceArn"],
  // WAF would let a second association take the place of the first without a word.
  uniqueBy: ["resourceArn"],
  conflict: ({ webAclArn, resourceArn }, cloud) => {
    const absent = [webAclArn, resourceArn].find((each: string) => cloud.account.byArn(each) === undefined) as
      string | undefined;
    if (absent === undefined) return undefined;
    return `WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist: ${absent}`;
  },
});

const logging = recordedType({
  token: LOGGING,
  id: ({ resourceArn }) => resourceArn as string,
  replaceOnChanges: ["resourceArn"],
  uniqueBy: ["resourceArn"],
  check: checkLogging,
  conflict: ({ resourceArn, logDestinationConfigs }, cloud) => {
    if (cloud.account.byArn(resourceArn as string)?.type !== WEB_ACL)
      return `WAFNonexistentItemException: there is no web ACL ${resourceArn}`;
    const absent = (logDestinationConfigs as readonly string[]).find((each) => !isThere(cloud.account, each));
    return absent && `WAFLogDestinationPermissionIssueException: the destination ${absent} does not exist.`;
  },
});

function isThere(account: Account, destination: string): boolean {
  const bare = destination.replace(/:\*$/, "");
  return account.all().some((record) => record.arn?.replace(/:\*$/, "") === bare);
}

/** ARNs of the IP sets that rules name, at any depth. */
function setsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(setsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "ipSetReferenceStatement" ? [(inner as Properties).arn as string] : setsOf(inner),
  );
}

export const firewallResources: readonly ResourceType[] = [ipSet, webAcl, association, logging];
