import { listOf, statementName, statementsOf } from "./policy-document.ts";
import type { Rule } from "../rule.ts";

export const permissionBoundary: Rule = {
  name: "role-permission-boundary",
  pins: "POL-10, SEC-47",
  holds: "Every role has the platform's permission boundary: the ceiling of what it can ever do.",
  remedy: "Set permissionsBoundary from the security contract.",
  types: ["aws:iam/role:Role"],
  check: ({ props }) => (props.permissionsBoundary ? [] : ["permissionsBoundary is not set."]),
};

export const noWildcardActions: Rule = {
  name: "iam-no-wildcard-actions",
  pins: "POL-11, SEC-50, COMP-61",
  holds: "A policy names the actions it allows; iam:PassRole says to which service.",
  remedy: "List the actions that the code calls; add iam:PassedToService to iam:PassRole.",
  types: ["aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy"],
  check: ({ name, props }) =>
    // The boundary is a ceiling, not a grant: it names whole services on purpose.
    name.includes("boundary")
      ? []
      : statementsOf(props.policy).flatMap((statement, index) => {
          if (statement.Effect !== "Allow") return [];
          const wrong: string[] = [];
          if (statement.NotAction !== undefined)
            wrong.push(`${statementName(statement, index)} allows all but a list (NotAction).`);
          for (const action of listOf(statement.Action)) {
            if (action === "*" || /^[a-z0-9-]+:\*$/i.test(action))
              wrong.push(`${statementName(statement, index)} allows ${action}.`);
            if (
              action.toLowerCase() === "iam:passrole" &&
              !JSON.stringify(statement.Condition ?? {}).includes("iam:PassedToService")
            )
              wrong.push(`${statementName(statement, index)} allows iam:PassRole to any service.`);
          }
          return wrong;
        }),
};

export const confusedDeputy: Rule = {
  name: "trust-source-account",
  pins: "POL-12, DATA-15, NET-37",
  holds: "A service may take a role only on behalf of this account.",
  remedy: "Add aws:SourceAccount or aws:SourceArn to the trust policy's condition.",
  types: ["aws:iam/role:Role"],
  check: ({ props }) =>
    statementsOf(props.assumeRolePolicy).flatMap((statement, index) => {
      const services = listOf((statement.Principal as { Service?: string | string[] } | undefined)?.Service);
      const condition = JSON.stringify(statement.Condition ?? {});
      if (services.every((service) => WITHOUT_SOURCE.has(service)) || /aws:Source(Account|Arn)/i.test(condition))
        return [];
      return [`${statementName(statement, index)} trusts ${services.join(", ")} without a source.`];
    }),
};

/** Services that send neither key when they take a role. */
const WITHOUT_SOURCE = new Set([
  "lambda.amazonaws.com",
  "apigateway.amazonaws.com",
  "backup.amazonaws.com",
  "cloudtrail.amazonaws.com",
]);

const SECRET_INPUTS: Readonly<Record<string, readonly string[]>> = {
  "aws:rds/cluster:Cluster": ["masterPassword", "masterPasswordWo"],
  "aws:rds/instance:Instance": ["password", "passwordWo"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["authToken"],
  "aws:secretsmanager/secretVersion:SecretVersion": ["secretString", "secretBinary", "secretStringWo"],
};

export const noSecretValues: Rule = {
  name: "no-secret-values",
  pins: "POL-20, DATA-43",
  holds: "No credential passes through a program: the services and the bootstrap make them.",
  remedy: "Use manageMasterUserPassword, user groups, and secrets without a version.",
  types: Object.keys(SECRET_INPUTS),
  check: ({ type, props }) =>
    (SECRET_INPUTS[type] ?? [])
      .filter((property) => props[property] !== undefined)
      .map((property) => `${property} is set.`),
};
