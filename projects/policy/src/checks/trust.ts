import type { Finding, ResourceRule } from "../rule.ts";
import { conditionValues, principalsOf, statementName, statementsOf, type Statement } from "./policy-document.ts";

const ROLE = ["aws:iam/role:Role"];

/** Services that send neither aws:SourceAccount nor aws:SourceArn when they take a role. */
const WITHOUT_SOURCE: ReadonlySet<string> = new Set([
  "apigateway.amazonaws.com",
  "backup.amazonaws.com",
  "lambda.amazonaws.com",
]);

export const confusedDeputy: ResourceRule = {
  id: "POL-12",
  name: "trust-source-account",
  pins: "SEC-28, DATA-15, NET-37",
  holds: "A service may take a role only on behalf of this account.",
  remedy: "Add aws:SourceAccount or aws:SourceArn to the trust policy's condition.",
  level: "mandatory",
  scope: "resource",
  types: ROLE,
  check: ({ props }) =>
    statementsOf(props.assumeRolePolicy).map((statement, index) => {
      if (statement.Effect !== "Allow") return [];
      const services = principalsOf(statement, "Service").filter((service) => !WITHOUT_SOURCE.has(service));
      const sources = ["aws:SourceAccount", "aws:SourceArn"].flatMap((key) => conditionValues(statement, key));
      if (services.length === 0 || sources.some(({ operator }) => !operator.endsWith("IfExists"))) return [];
      return `${statementName(statement, index)} trusts ${services.join(", ")} without a source.`;
    }),
};

const GITHUB = "token.actions.githubusercontent.com";

export const federatedTrust: ResourceRule = {
  id: "POL-13",
  name: "oidc-trust-pinned",
  pins: "SEC-48, SEC-49",
  holds: "Only workflows of this repository, in the context that is named, take a role by a token of GitHub's.",
  remedy:
    "Pin aud to sts.amazonaws.com and sub to repo:<org>/<repo>:<context> with StringEquals, both without a wildcard.",
  level: "mandatory",
  scope: "resource",
  types: ROLE,
  check: ({ props }) =>
    statementsOf(props.assumeRolePolicy).map((statement, index) => {
      const providers = principalsOf(statement, "Federated");
      if (statement.Effect !== "Allow" || providers.length === 0) return [];
      const called = statementName(statement, index);
      const foreign = providers.filter((provider) => !provider.endsWith(`:oidc-provider/${GITHUB}`));
      return [
        ...foreign.map((provider) => `${called} trusts ${provider}.`),
        ...audience(statement).map((fault) => `${called} ${fault}`),
        ...subject(statement).map((fault) => `${called} ${fault}`),
      ];
    }) satisfies Finding,
};

function audience(statement: Statement): readonly string[] {
  const pinned = conditionValues(statement, `${GITHUB}:aud`).filter(({ operator }) => operator === "StringEquals");
  const audiences = pinned.flatMap(({ values }) => values);
  if (audiences.length === 1 && audiences[0] === "sts.amazonaws.com") return [];
  return [`does not pin aud to sts.amazonaws.com (${audiences.join(", ") || "not named"}).`];
}

function subject(statement: Statement): readonly string[] {
  const pinned = conditionValues(statement, `${GITHUB}:sub`).filter(({ operator }) =>
    /^String(Equals|Like)$/.test(operator),
  );
  const subjects = pinned.flatMap(({ values }) => values);
  if (subjects.length === 0) return ["does not pin sub: any repository of GitHub's could take the role."];
  return subjects
    .filter((each) => !/^repo:[^*?/:]+\/[^*?/:]+:[^*?]+$/.test(each))
    .map((each) => `admits the subject ${each}.`);
}
