import type { PrincipalElement, Statement } from "@records/iam";
import { derivedHex } from "../../identifiers.ts";
import type { FunctionType, Properties } from "../../resource-type.ts";
import { parsePolicy } from "./policy-document.ts";

interface PrincipalArgs {
  readonly type: string;
  readonly identifiers: readonly string[];
}
interface StatementArgs {
  readonly sid?: string;
  readonly effect?: Statement["Effect"];
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly PrincipalArgs[];
  readonly notPrincipals?: readonly PrincipalArgs[];
  readonly conditions?: readonly { test: string; variable: string; values: readonly string[] }[];
}

/** `aws.iam.getPolicyDocument`: arguments to the JSON text that IAM takes. */
export const getPolicyDocument: FunctionType = {
  token: "aws:iam/getPolicyDocument:getPolicyDocument",
  invoke: async (args) => {
    const document = {
      Version: args.version ?? "2012-10-17",
      ...(args.policyId !== undefined && { Id: args.policyId }),
      Statement: statements(args),
    };
    const minifiedJson = JSON.stringify(document);
    return { ...args, id: derivedHex(10, minifiedJson), json: JSON.stringify(document, undefined, 2), minifiedJson };
  },
};

/** Sources first, then the statements given here, then overrides: a later one replaces an earlier one of the same Sid. */
function statements(args: Properties): readonly Statement[] {
  const fromDocuments = (texts: readonly string[] | undefined): Statement[] =>
    (texts ?? []).flatMap((text) => {
      const document = parsePolicy(text);
      if (document === undefined) throw new Error("getPolicyDocument was given a source that is no policy document.");
      return document.Statement;
    });
  const sources = fromDocuments(args.sourcePolicyDocuments);
  const twice = sources.find(
    ({ Sid }, index) => Sid !== undefined && Sid !== "" && sources.findIndex((other) => other.Sid === Sid) !== index,
  );
  if (twice !== undefined)
    throw new Error(
      `getPolicyDocument: the Sid "${twice.Sid}" is in two source documents; give it another name in one.`,
    );

  const merged: Statement[] = [];
  const own = ((args.statements ?? []) as readonly StatementArgs[]).map(renderStatement);
  for (const statement of [...sources, ...own, ...fromDocuments(args.overridePolicyDocuments)]) {
    const replaced = merged.findIndex(({ Sid }) => Sid !== undefined && Sid !== "" && Sid === statement.Sid);
    if (replaced === -1) merged.push(statement);
    else merged[replaced] = statement;
  }
  return merged;
}

function renderStatement(args: StatementArgs): Statement {
  return {
    ...(args.sid !== undefined && { Sid: args.sid }),
    Effect: args.effect ?? "Allow",
    ...(args.principals !== undefined && { Principal: renderPrincipals(args.principals) }),
    ...(args.notPrincipals !== undefined && { NotPrincipal: renderPrincipals(args.notPrincipals) }),
    ...(args.actions !== undefined && { Action: oneOrMany(args.actions) }),
    ...(args.notActions !== undefined && { NotAction: oneOrMany(args.notActions) }),
    ...(args.resources !== undefined && { Resource: oneOrMany(args.resources) }),
    ...(args.notResources !== undefined && { NotResource: oneOrMany(args.notResources) }),
    ...(args.conditions !== undefined && { Condition: renderConditions(args.conditions) }),
  };
}

function renderPrincipals(principals: readonly PrincipalArgs[]): PrincipalElement {
  if (principals.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"))) return "*";
  return grouped(principals.map(({ type, identifiers }) => [type, identifiers]));
}

function renderConditions(
  conditions: NonNullable<StatementArgs["conditions"]>,
): Record<string, Record<string, string | readonly string[]>> {
  const rendered: ReturnType<typeof renderConditions> = {};
  for (const test of new Set(conditions.map((condition) => condition.test))) {
    rendered[test] = grouped(
      conditions.filter((condition) => condition.test === test).map(({ variable, values }) => [variable, values]),
    );
  }
  return rendered;
}

function grouped(
  entries: readonly (readonly [string, readonly string[]])[],
): Record<string, string | readonly string[]> {
  const lists = Map.groupBy(entries, ([key]) => key);
  return Object.fromEntries(
    [...lists].map(([key, members]) => [key, oneOrMany(members.flatMap(([, values]) => values))]),
  );
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [only, ...more] = values;
  return only !== undefined && more.length === 0 ? only : values;
}
