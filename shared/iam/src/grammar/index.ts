/** What is wrong with a policy before anybody asks for access by it. */
import { statementName, type PolicyDocument, type Statement } from "../policy-document.ts";
import { actionFaults } from "./actions.ts";
import { conditionFaults } from "./conditions.ts";
import { refused } from "./fault.ts";
import { principalFaults } from "./principals.ts";
import { resourceFaults } from "./resources.ts";

/** A boundary is written like an identity's policy; resource covers keys, buckets, queues and endpoints. */
export type PolicyKind = "identity" | "boundary" | "trust" | "resource";

/** Characters without white space, as IAM counts them, by what holds the policy. */
export const POLICY_LENGTH_MAX = {
  managed: 6_144,
  /** All inline policies of a role together. */
  inline: 10_240,
  trust: 2_048,
  key: 32_768,
  bucket: 20_480,
} as const;

export interface GrammarOptions {
  /** Default: a managed policy's, or a trust policy's; none for a resource's policy. */
  readonly lengthMax?: number;
  /** Prefix of the one service whose actions a resource's policy may name. */
  readonly service?: string;
}

const ELEMENTS = new Set(
  "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" "),
);
const VERSIONS = ["2012-10-17", "2008-10-17"];

/**
 * Faults that AWS would find, or would take in silence although nothing could ever match.
 * @returns a line per fault, with the statement's Sid
 * @see Service Authorization Reference, for actions, resource types and condition keys
 */
export function grammarFaults(
  document: PolicyDocument,
  kind: PolicyKind,
  options: GrammarOptions = {},
): readonly string[] {
  const faults: string[] = [];
  if (document.Version !== undefined && !VERSIONS.includes(document.Version)) {
    faults.push(`Version is "${document.Version}"; it must be 2012-10-17.`);
  }
  if (document.Statement.length === 0) faults.push("there is no statement.");
  const sids = document.Statement.map(({ Sid }) => Sid).filter((sid) => sid !== undefined && sid !== "");
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) faults.push(`statement ids (SID) must be unique: "${twice}" is there twice.`);
  for (const [index, statement] of document.Statement.entries()) {
    const place = statementName(statement, index);
    faults.push(...statementFaults(statement, kind, options).map((fault) => `statement ${place}: ${fault}`));
  }
  return [...faults, ...lengthFaults(document, kind, options.lengthMax)];
}

function statementFaults(statement: Statement, kind: PolicyKind, { service }: GrammarOptions): readonly string[] {
  const form = kind === "boundary" ? "identity" : kind;
  const elements = Object.keys(statement).filter((name) => !ELEMENTS.has(name));
  const sid = statement.Sid ?? "";
  const faults = [
    ...elements.map((name) => refused(`"${name}" is no element of a statement.`)),
    ...(form === "resource" || /^[A-Za-z0-9]*$/.test(sid)
      ? []
      : [refused(`Statement IDs (SID) must be alpha-numeric: "${sid}".`)]),
    ...actionFaults(statement, form === "trust", service),
    ...principalFaults(statement, form),
    ...resourceFaults(statement, form, service),
    ...conditionFaults(statement),
  ];
  // What a service with resource policies does with these differs: S3, SNS and SQS refuse most of them.
  const silence = form === "resource" ? "" : " IAM itself would take this, and it would never match.";
  return faults.map((fault) => fault.text + (fault.idle ? silence : ""));
}

function lengthFaults(document: PolicyDocument, kind: PolicyKind, lengthMax?: number): readonly string[] {
  const limits = {
    identity: POLICY_LENGTH_MAX.managed,
    boundary: POLICY_LENGTH_MAX.managed,
    trust: POLICY_LENGTH_MAX.trust,
    resource: Infinity,
  };
  const max = lengthMax ?? limits[kind];
  const length = JSON.stringify(document).replaceAll(/\s/g, "").length;
  const quota = kind === "trust" ? "ACLSizePerRole" : "PolicySize";
  return length > max
    ? [`Cannot exceed quota for ${quota}: ${max}; there are ${length} characters without white space.`]
    : [];
}
