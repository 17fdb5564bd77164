/** What IAM and the services with resource policies refuse in a policy document, before anything is created. */
import { ACCOUNT_ID } from "../../cloud.ts";
import { known } from "../../known.ts";
import type { CheckFailure } from "../../resource-type.ts";
import { asList, coversAction, parsePolicy } from "./policy-document.ts";
import type { Statement } from "./policy-document.ts";

export type PolicyKind = "identity" | "trust" | "resource";

/** Characters without white space, as IAM counts them. */
const IDENTITY_POLICY_LENGTH_MAX = 6_144;
const TRUST_POLICY_LENGTH_MAX = 2_048;
export const INLINE_POLICY_LENGTH_MAX = 10_240;

const STATEMENT_ELEMENTS = new Set(
  "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" "),
);
const CONDITION_OPERATOR =
  /^(ForAllValues:|ForAnyValue:)?(String(Not)?(Equals(IgnoreCase)?|Like)|Numeric((Not)?Equals|(Less|Greater)Than(Equals)?)|Date((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?$|^Null$/;

export interface PolicyCheckOptions {
  readonly kind: PolicyKind;
  readonly lengthMax?: number;
}

/** @returns failures for the property, in IAM's words; nothing when the policy is not known yet */
export function policyFailures(
  property: string,
  policy: unknown,
  options: PolicyCheckOptions,
): readonly CheckFailure[] {
  if (!known(policy)) return [];
  const fail = (reason: string): CheckFailure => ({ property, reason: `MalformedPolicyDocument: ${reason}` });
  const document = parsePolicy(policy);
  if (document === undefined) return [fail("the policy is not JSON with a Statement.")];
  const failures: CheckFailure[] = [];
  if (document.Version !== undefined && !["2012-10-17", "2008-10-17"].includes(document.Version)) {
    failures.push(fail(`Version is "${document.Version}"; it must be 2012-10-17.`));
  }
  if (document.Statement.length === 0) failures.push(fail("there is no statement."));
  const sids = document.Statement.map(({ Sid }) => Sid).filter((sid) => sid !== undefined);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) failures.push(fail(`statement ids (SID) must be unique: "${twice}" is there twice.`));
  for (const [index, statement] of document.Statement.entries()) {
    failures.push(
      ...statementFaults(statement, options.kind).map((fault) =>
        fail(`statement ${statement.Sid ?? index + 1}: ${fault}`),
      ),
    );
  }
  return [...failures, ...lengthFailures(property, policy, options)];
}

function lengthFailures(property: string, policy: unknown, options: PolicyCheckOptions): readonly CheckFailure[] {
  const limits = {
    identity: IDENTITY_POLICY_LENGTH_MAX,
    trust: TRUST_POLICY_LENGTH_MAX,
    resource: Number.POSITIVE_INFINITY,
  };
  const max = options.lengthMax ?? limits[options.kind];
  const length = (typeof policy === "string" ? policy : JSON.stringify(policy)).replaceAll(/\s/g, "").length;
  return length > max
    ? [
        {
          property,
          reason: `LimitExceeded: the policy has ${length} characters without white space; ${max} are allowed.`,
        },
      ]
    : [];
}

function statementFaults(statement: Statement, kind: PolicyKind): readonly string[] {
  const faults: string[] = [];
  const has = (name: keyof Statement) => statement[name] !== undefined;
  for (const name of Object.keys(statement)) {
    if (!STATEMENT_ELEMENTS.has(name)) faults.push(`"${name}" is no element of a statement.`);
  }
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") faults.push('Effect must be "Allow" or "Deny".');
  if (has("Action") === has("NotAction")) faults.push("exactly one of Action and NotAction is needed.");
  for (const action of [...asList(statement.Action), ...asList(statement.NotAction)]) {
    if (!/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/i.test(action))
      faults.push(`"${action}" is no action of the form service:Action.`);
  }
  faults.push(...resourceFaults(statement, kind), ...principalFaults(statement, kind), ...conditionFaults(statement));
  if (statement.Sid !== undefined && kind !== "resource" && !/^[A-Za-z0-9]*$/.test(statement.Sid)) {
    faults.push(`Sid "${statement.Sid}" may hold letters and digits only.`);
  }
  return faults;
}

function resourceFaults(statement: Statement, kind: PolicyKind): readonly string[] {
  const faults: string[] = [];
  const given = [statement.Resource, statement.NotResource].filter((value) => value !== undefined);
  if (kind === "trust" && given.length > 0) faults.push("a trust policy has no Resource.");
  if (kind === "identity" && given.length !== 1) faults.push("exactly one of Resource and NotResource is needed.");
  for (const resource of given.flatMap(asList)) {
    if (resource !== "*" && !/^(arn|\$\{)/.test(resource)) faults.push(`Resource "${resource}" must be an ARN or "*".`);
  }
  return faults;
}

function principalFaults(statement: Statement, kind: PolicyKind): readonly string[] {
  const given = [statement.Principal, statement.NotPrincipal].filter((value) => value !== undefined);
  if (kind === "identity") return given.length > 0 ? ["a policy attached to an identity has no Principal."] : [];
  if (given.length !== 1) return ["exactly one of Principal and NotPrincipal is needed."];
  const [principal] = given;
  if (principal === "*") return [];
  if (typeof principal !== "object" || principal === null) return [`Principal must be "*" or an object.`];
  return Object.keys(principal)
    .filter((type) => !["AWS", "Service", "Federated", "CanonicalUser"].includes(type))
    .map((type) => `"${type}" is no kind of principal.`);
}

function conditionFaults(statement: Statement): readonly string[] {
  if (statement.Condition === undefined) return [];
  return Object.entries(statement.Condition).flatMap(([operator, keys]) => {
    if (!CONDITION_OPERATOR.test(operator)) return [`"${operator}" is no condition operator.`];
    if (typeof keys !== "object" || keys === null) return [`condition ${operator} needs keys.`];
    return Object.keys(keys)
      .filter((key) => !/^[a-z0-9-]+:/i.test(key))
      .map((key) => `"${key}" is no condition key of the form service:key.`);
  });
}

/**
 * KMS refuses a key policy that leaves nobody able to change it.
 * Here any principal of the account counts: the person who deploys stands for whichever role the policy names.
 */
export function keyPolicyLockOut(policy: unknown): string | undefined {
  if (!known(policy)) return undefined;
  const statements = parsePolicy(policy)?.Statement ?? [];
  const governs = (statement: Statement) => coversAction(statement, "kms:PutKeyPolicy");
  const denied = statements.some(
    (statement) =>
      statement.Effect === "Deny" &&
      governs(statement) &&
      statement.Condition === undefined &&
      namesAccount(statement.Principal),
  );
  const allowed = statements.some(
    (statement) => statement.Effect === "Allow" && governs(statement) && namesAccount(statement.Principal),
  );
  if (allowed && !denied) return undefined;
  return (
    "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future. " +
    `Allow kms:PutKeyPolicy to a principal of the account ${ACCOUNT_ID}.`
  );
}

function namesAccount(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null) return false;
  return asList((principal as { AWS?: unknown }).AWS).some(
    (name) => name === "*" || name === ACCOUNT_ID || name.startsWith(`arn:aws:iam::${ACCOUNT_ID}:`),
  );
}
