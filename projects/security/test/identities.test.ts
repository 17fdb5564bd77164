import { LAYERS } from "@records/conventions";
import { policyGrammarFaults, recordStack, statements, type Recording } from "@records/testing";

const KINDS = ["local", "dev", "staging", "prod"] as const;
type Kind = (typeof KINDS)[number];
const GITHUB = "token.actions.githubusercontent.com";
const IDENTITIES = LAYERS.flatMap((layer) => (["plan", "apply"] as const).map((verb) => ({ layer, verb })));

let stacks: Record<Kind, Recording>;
let pullRequest: Recording;
beforeAll(async () => {
  const recorded: Partial<Record<Kind, Recording>> = {};
  for (const stack of KINDS) recorded[stack] = await recordStack("projects/security", {}, { stack });
  stacks = recorded as Record<Kind, Recording>;
  pullRequest = await recordStack("projects/security", {}, { stack: "pr123" });
}, 120_000);

const role = (stack: Recording, layer: string, verb: string) => stack.get("aws:iam/role:Role", `ci-${layer}-${verb}`);
const trustOf = (stack: Recording, layer: string, verb: string) =>
  statements(stack).filter(({ resource, Principal }) => resource === role(stack, layer, verb) && Principal);

describe("identities of the pipelines", () => {
  it.each(KINDS)("of %s are two for each layer, published by layer, under the ceiling", (kind) => {
    const stack = stacks[kind];
    for (const { layer, verb } of IDENTITIES) {
      const { inputs } = role(stack, layer, verb);
      expect(inputs).toMatchObject({
        name: `srs-${kind}-ci-${layer}-${verb}`,
        maxSessionDuration: verb === "plan" ? 3600 : 7200,
        permissionsBoundary: stack.contract.permissionBoundaryArn,
      });
      expect(stack.contract.ciRoleArns[layer][verb]).toMatch(new RegExp(`:role/${inputs.name}$`));
    }
  });

  it.each(KINDS)("of %s trust tokens of one repository alone, word for word", (kind) => {
    const [provider] = stacks[kind].ofType("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    expect(provider?.inputs).toMatchObject({ url: `https://${GITHUB}`, clientIdLists: ["sts.amazonaws.com"] });
    expect(provider?.inputs).not.toHaveProperty("thumbprintLists");
    const repository = "repo:example-university/student-records";
    for (const { layer, verb } of IDENTITIES) {
      const [trust, ...others] = trustOf(stacks[kind], layer, verb);
      expect(others).toEqual([]);
      expect(trust).toMatchObject({ Action: "sts:AssumeRoleWithWebIdentity", Effect: "Allow" });
      expect(trust?.Condition).toEqual({
        StringEquals: {
          [`${GITHUB}:aud`]: "sts.amazonaws.com",
          [`${GITHUB}:sub`]:
            verb === "plan"
              ? [`${repository}:pull_request`, `${repository}:ref:refs/heads/main`]
              : [`${repository}:environment:${kind}-${layer}`],
        },
      });
    }
  });

  it.each(KINDS)("of %s have policies that AWS takes: grammar, lengths, and how many a role may have", (kind) => {
    const stack = stacks[kind];
    expect(policyGrammarFaults(stack)).toEqual([]);
    for (const { layer, verb } of IDENTITIES) {
      const attached = stack
        .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter(({ inputs }) => inputs.role === `srs-${kind}-ci-${layer}-${verb}`);
      expect(attached.length).toBeLessThanOrEqual(10);
      expect(attached.length).toBeGreaterThan(0);
    }
  });

  it("hand roles to one service at a time, by name, and name every service whose own role they make", () => {
    const allowed = statements(stacks.prod).filter(({ Effect }) => Effect === "Allow");
    const passing = allowed.filter(({ actions }) => actions.includes("iam:PassRole"));
    expect(passing.length).toBeGreaterThan(8);
    for (const { actions, Resource, Condition } of passing) {
      expect(actions).toEqual(["iam:PassRole"]);
      expect([Condition?.StringEquals?.["iam:PassedToService"]].flat()).toHaveLength(1);
      expect(
        [Resource].flat().filter((resource) => !/:role\/(srs-prod-|aws-service-role\/)/.test(String(resource))),
      ).toEqual([]);
    }
    const linking = allowed.filter(({ actions }) => actions.includes("iam:CreateServiceLinkedRole"));
    expect(linking).toHaveLength(LAYERS.length);
    for (const { Condition } of linking) expect(Condition?.StringEquals).toHaveProperty("iam:AWSServiceName");
  });

  it("name the keys that services are handed, except where pull requests bring keys of their own", () => {
    const opening = (kind: Kind) =>
      statements(stacks[kind])
        .filter(
          ({ Effect, actions, resource }) =>
            Effect === "Allow" && actions.includes("kms:Decrypt") && !/^permission-boundary$/.test(resource.name),
        )
        .filter(({ resource }) => resource.type.startsWith("aws:iam/"))
        .filter(({ Resource }) => [Resource].flat().some((it) => /[*]/.test(String(it))));
    for (const kind of ["local", "staging", "prod"] as const) expect(opening(kind)).toEqual([]);
    const [shortLived] = opening("dev");
    expect(shortLived?.Condition).toEqual({ StringLike: { "aws:ResourceTag/EnvironmentSuffix": ["pr*"] } });
  });

  it("reach their own state and that of the layers before, and write their own alone", () => {
    const paths = (layer: string, verb: string, action: string) =>
      statements(stacks.prod)
        .filter(({ resource }) => resource.type.endsWith("RolePolicy") && resource.name === `ci-${layer}-${verb}`)
        .filter(({ Effect, actions }) => Effect === "Allow" && actions.includes(action))
        .flatMap(({ Resource }) => [Resource].flat().map(String))
        .flatMap((resource) => /\.pulumi\/(.*)$/.exec(resource)?.slice(1) ?? []);
    expect(paths("network", "plan", "s3:GetObject").filter((path) => path.startsWith("stacks/"))).toEqual([
      "stacks/srs-security/*",
      "stacks/srs-network/*",
    ]);
    expect(paths("network", "plan", "s3:PutObject")).toEqual(["locks/organization/srs-network/*"]);
    expect(paths("network", "apply", "s3:PutObject").toSorted()).toEqual([
      "backups/srs-network/*",
      "history/srs-network/*",
      "locks/organization/srs-network/*",
      "stacks/srs-network/*",
    ]);
  });

  it("are not a pull request's to make: its roles stand under the ceiling of dev", () => {
    expect(pullRequest.ofType("aws:iam/role:Role")).toEqual([]);
    expect(pullRequest.ofType("aws:iam/policy:Policy")).toEqual([]);
    expect(pullRequest.contract).not.toHaveProperty("ciRoleArns");
    expect(pullRequest.contract.permissionBoundaryArn).toMatch(/:policy\/srs-dev-permission-boundary$/);
  });
});
