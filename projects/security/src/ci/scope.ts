/** Whose resources the pipelines of this environment may touch, and how statements about them are put together. */
import type { Statement } from "@records/conventions";
import type { Input } from "@pulumi/pulumi";
import type { KeyPurpose } from "../key-uses.ts";

export interface CiScope {
  readonly accountId: string;
  readonly region: string;
  /** Suffixes of the stacks that are deployed with these identities; `pr*` where pull requests' stacks live. */
  readonly suffixes: readonly string[];
  readonly stateBucketArn: string;
  readonly stateKeyArn: string;
  readonly boundaryArn: string;
  readonly keyArns: Readonly<Record<KeyPurpose, Input<string>>>;
}

type Condition = Record<string, Record<string, string | string[]>>;

/** Actions of one service, their names parted by blanks. */
export const of = (service: string, names: string): string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);

export function allow(
  Sid: string,
  Action: string[],
  Resource: "*" | Input<string>[],
  Condition?: Condition,
): Statement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

export const arn = ({ region, accountId }: CiScope, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** ARNs of what carries our name, for each suffix. */
export const named = (scope: CiScope, service: string, ...resources: ((name: string) => string)[]): string[] =>
  scope.suffixes.flatMap((suffix) => resources.map((resource) => arn(scope, service, resource(`srs-${suffix}-*`))));

/** Buckets name neither account nor Region in their ARN, so their names end in the account. */
export const buckets = ({ suffixes, accountId }: CiScope): string[] =>
  suffixes.map((suffix) => `arn:aws:s3:::srs-${suffix}-*-${accountId}`);

export const logGroups = (scope: CiScope): string[] => [
  ...scope.suffixes.map((suffix) => arn(scope, "logs", `log-group:/srs/${suffix}/*`)),
  // The cluster and the firewall choose the name of their groups.
  ...named(
    scope,
    "logs",
    (name) => `log-group:/aws/rds/cluster/${name}`,
    (name) => `log-group:aws-waf-logs-${name}`,
  ),
];

/** The resource is tagged as one of our stacks'. For what AWS names by an id of its own. */
export const taggedOurs = ({ suffixes }: CiScope) => ({
  StringLike: { "aws:ResourceTag/EnvironmentSuffix": [...suffixes] },
});

/** The request tags what it makes as one of our stacks'. */
export const taggingOurs = ({ suffixes }: CiScope) => ({
  StringEquals: { "aws:RequestTag/Project": "student-records" },
  StringLike: { "aws:RequestTag/EnvironmentSuffix": [...suffixes] },
});

/**
 * Tags may be put on what has none yet, which is so while it is being made, and on what is ours: nobody takes over
 * somebody else's resource by tagging it.
 */
export function tagStatements(
  scope: CiScope,
  subject: string,
  actions: { tag: string[]; untag: string[] },
  resources: string[],
): Statement[] {
  const whileNew = { Null: { "aws:ResourceTag/EnvironmentSuffix": "true" } };
  return [
    allow(`Tag${subject}`, actions.tag, resources, { ...taggingOurs(scope), ...whileNew }),
    allow(`Retag${subject}`, [...actions.tag, ...actions.untag], resources, taggedOurs(scope)),
  ];
}
