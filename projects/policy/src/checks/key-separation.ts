import { overlap } from "../glob.ts";
import type { Finding, StackResource, StackRule } from "../rule.ts";
import {
  conditionValues,
  listOf,
  principalsOf,
  statementName,
  statementsOf,
  type Statement,
} from "./policy-document.ts";

/** What changes a key or who may use it, in lower case. Looking at a key is neither this nor use. */
const ADMINISTERS = [
  "kms:cancelkeydeletion",
  "kms:deletealias",
  "kms:deleteimportedkeymaterial",
  "kms:disablekey",
  "kms:disablekeyrotation",
  "kms:enablekey",
  "kms:enablekeyrotation",
  "kms:importkeymaterial",
  "kms:putkeypolicy",
  "kms:replicatekey",
  "kms:rotatekeyondemand",
  "kms:schedulekeydeletion",
  "kms:updatekeydescription",
  "kms:updateprimaryregion",
];
/** What reads or writes with a key, or lets somebody else do so. */
const USES = [
  "kms:creategrant",
  "kms:decrypt",
  "kms:derivesharedsecret",
  "kms:encrypt",
  "kms:generatedatakey",
  "kms:generatedatakeypair",
  "kms:generatedatakeypairwithoutplaintext",
  "kms:generatedatakeywithoutplaintext",
  "kms:generatemac",
  "kms:reencryptfrom",
  "kms:reencryptto",
  "kms:sign",
];

interface Holder {
  readonly key: StackResource;
  readonly statement: string;
  /** Pattern of the principals that the statement allows. */
  readonly principal: string;
}

export const separateKeyDuties: StackRule = {
  id: "POL-14",
  name: "kms-duties-separated",
  pins: "SEC-28, SEC-30",
  holds: "Whoever administers keys uses none of them, and whoever uses one administers none.",
  remedy: "Take the principal out of one of the two statements.",
  level: "mandatory",
  scope: "stack",
  check: ({ resources }) => {
    const keys = resources.filter(({ type }) => type === "aws:kms/key:Key");
    return keys.map((key) => () => {
      const administrators = holders(key, ADMINISTERS);
      // Against every key: an administrator of one could give itself the use of another.
      return keys.map((other) => () => conflicts(administrators, holders(other, USES)));
    });
  },
};

function conflicts(administrators: readonly Holder[], users: readonly Holder[]): Finding {
  return administrators.flatMap((administrator) =>
    users
      .filter((user) => overlap(administrator.principal, user.principal))
      .map((user) => ({
        about: administrator.key,
        says:
          `${administrator.principal} administers the key ${administrator.key.name} (${administrator.statement}) and ` +
          `uses ${user.key.name} (${user.statement}${user.principal === administrator.principal ? "" : `: ${user.principal}`}).`,
      })),
  );
}

function holders(key: StackResource, actions: readonly string[]): readonly Holder[] {
  return statementsOf(key.props.policy).flatMap((statement, index) => {
    if (statement.Effect !== "Allow" || !covers(statement, actions)) return [];
    const called = statementName(statement, index);
    return patternsOf(statement).map((principal) => ({ key, statement: called, principal }));
  });
}

function covers(statement: Statement, actions: readonly string[]): boolean {
  if (statement.NotAction !== undefined) return true;
  return listOf(statement.Action).some((allowed) => actions.some((action) => overlap(allowed.toLowerCase(), action)));
}

/** Principals of a statement: those that its condition narrows the account down to, or those it names. */
function patternsOf(statement: Statement): readonly string[] {
  const services = principalsOf(statement, "Service");
  const named = principalsOf(statement, "AWS");
  const narrowed = conditionValues(statement, "aws:PrincipalArn")
    .filter(({ operator }) => /^(ArnLike|ArnEquals|StringLike|StringEquals)$/.test(operator))
    .flatMap(({ values }) => values);
  if (named.length === 0) return services;
  if (narrowed.length > 0) return [...services, ...narrowed];
  // The account's root stands for everybody whom the account lets.
  return [
    ...services,
    ...named.map((arn) => arn.replace(/^(arn:aws:iam::)?([0-9]{12}):?(root)?$/, "arn:aws:iam::$2:*")),
  ];
}
