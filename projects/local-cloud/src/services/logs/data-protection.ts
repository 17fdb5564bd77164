/** Data protection policies of log groups: checked as CloudWatch Logs checks them, and alive in what is read here. */
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { filesOf, type LoggedCloud } from "./log-files.ts";
import {
  customFinder,
  isManaged,
  managedFinder,
  MANAGED_ARN,
  masked,
  type CustomIdentifier,
} from "./data-identifiers.ts";

export const DATA_PROTECTION = "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy";
const POLICY_LENGTH_MAX = 30_720;
const CUSTOM_MAX = 10;
const REGEX_LENGTH_MAX = 200;
/** Characters that a custom expression may hold. */
const REGEX = /^[\w#=@/;, ^$?[\]{}|\\*+.-]+$/;

interface Policy {
  readonly Name?: string;
  readonly Version?: string;
  readonly Configuration?: { readonly CustomDataIdentifier?: readonly CustomIdentifier[] };
  readonly Statement?: readonly {
    readonly DataIdentifier?: readonly string[];
    readonly Operation?: { readonly Audit?: object; readonly Deidentify?: { readonly MaskConfig?: object } };
  }[];
}

export const logDataProtectionPolicy = recordedType({
  token: DATA_PROTECTION,
  id: ({ logGroupName }) => logGroupName as string,
  replaceOnChanges: ["logGroupName"],
  uniqueBy: ["logGroupName"],
  check: ({ policyDocument }) =>
    failures((refuse) => {
      for (const fault of known(policyDocument) ? policyFaults(policyDocument as string) : [])
        refuse("policyDocument", `InvalidParameterException: Data Protection policy is invalid: ${fault}`);
    }),
  conflict: ({ logGroupName }, cloud) =>
    cloud.account.byId("aws:cloudwatch/logGroup:LogGroup", logGroupName) === undefined
      ? `ResourceNotFoundException: The specified log group ${logGroupName} does not exist.`
      : undefined,
});

/** Masks what the group's policy finds; a group without one shows its lines as they are. */
export function maskOf(cloud: LoggedCloud, logGroupName: string): (text: string) => string {
  const policy = cloud.account.byId(DATA_PROTECTION, logGroupName);
  if (policy === undefined) return (text) => text;
  const { Statement = [], Configuration } = JSON.parse(policy.inputs.policyDocument as string) as Policy;
  const custom = Configuration?.CustomDataIdentifier ?? [];
  const names = Statement.filter(({ Operation }) => Operation?.Deidentify).flatMap((each) => each.DataIdentifier ?? []);
  const finders = names.map((name) => {
    const managed = MANAGED_ARN.exec(name)?.[1];
    return managed === undefined ? customFinder(custom.find(({ Name }) => Name === name)!) : managedFinder(managed);
  });
  return (text) => masked(text, finders);
}

/** The same for a file that stands for a group, by its absolute path. */
export function maskOfFile(cloud: LoggedCloud, file: string): (text: string) => string {
  const group = cloud.account.ofType(DATA_PROTECTION).find(({ id }) => filesOf(cloud, id).includes(file));
  return group === undefined ? (text) => text : maskOf(cloud, group.id);
}

function policyFaults(text: string): readonly string[] {
  if (text.length > POLICY_LENGTH_MAX) return [`it has ${text.length} characters, more than ${POLICY_LENGTH_MAX}`];
  let policy: Policy;
  try {
    policy = JSON.parse(text) as Policy;
  } catch {
    return ["it is not JSON"];
  }
  const faults: string[] = [];
  if (policy.Version !== "2021-06-01") faults.push("its Version is not 2021-06-01");
  const custom = policy.Configuration?.CustomDataIdentifier ?? [];
  faults.push(...custom.flatMap(customFaults));
  if (custom.length > CUSTOM_MAX) faults.push(`it has ${custom.length} custom identifiers, more than ${CUSTOM_MAX}`);
  const [audit, deidentify, ...more] = policy.Statement ?? [];
  if (!audit?.Operation?.Audit || !deidentify?.Operation?.Deidentify?.MaskConfig || more.length > 0)
    return [...faults, "it has one Audit statement and then one Deidentify statement with an empty MaskConfig"];
  if (JSON.stringify(audit.DataIdentifier) !== JSON.stringify(deidentify.DataIdentifier))
    faults.push("both statements list the same identifiers");
  const known = custom.map(({ Name }) => Name);
  for (const name of audit.DataIdentifier ?? []) {
    const managed = MANAGED_ARN.exec(name)?.[1];
    if (managed !== undefined && !isManaged(managed))
      faults.push(`the local cloud does not find ${managed}: add it to services/logs/data-identifiers.ts`);
    if (managed === undefined && !known.includes(name)) faults.push(`"${name}" is no identifier`);
  }
  return faults;
}

function customFaults({ Name, Regex }: CustomIdentifier): readonly string[] {
  const faults: string[] = [];
  if (!/^[\w-]{1,128}$/.test(Name)) faults.push(`"${Name}" is no name of a custom identifier`);
  if (isManaged(Name)) faults.push(`"${Name}" is the name of a managed identifier`);
  if (Regex.length > REGEX_LENGTH_MAX) faults.push(`the expression of ${Name} is longer than ${REGEX_LENGTH_MAX}`);
  if (!REGEX.test(Regex)) faults.push(`the expression of ${Name} holds a character that is not allowed`);
  return faults;
}
