import { LAYERS, type Layer } from "@records/conventions";
import { listOf, parsePolicy } from "@records/iam";
import { recordSystem, type RecordedResource, type RecordedSystem } from "@records/testing";
import { arn, iamArn, on } from "./ci/calls.ts";
import { callsOf, Identity, isRead } from "./ci/identity.ts";

let prod: RecordedSystem;
let dev: RecordedSystem;
let pullRequest: RecordedSystem;
beforeAll(async () => {
  // One after the other: each already runs a process per layer.
  prod = await recordSystem("prod");
  dev = await recordSystem("dev");
  pullRequest = await recordSystem("pr123");
}, 300_000);

const identity = (system: RecordedSystem, suffix: string, layer: Layer, verb: "plan" | "apply") =>
  new Identity(system.security, `srs-${suffix}-ci-${layer}-${verb}`);

describe.each(LAYERS)("the pipeline of the %s layer", (layer) => {
  const refusals = (of: RecordedSystem, by: RecordedSystem, deployer: string, suffix: string) => {
    const role = identity(by, deployer, layer, "apply");
    const calls = callsOf(layer, of[layer]);
    expect(calls.length).toBeGreaterThan(40);
    return calls.map((call) => role.decide(call, suffix)).flatMap((answer) => (answer.allowed ? [] : [answer.message]));
  };

  it("may make everything that its program declares", () => {
    expect(refusals(prod, prod, "prod", "prod")).toEqual([]);
    expect(refusals(dev, dev, "dev", "dev")).toEqual([]);
  });

  it("of dev may make a pull request's stack, under dev's own ceiling", () => {
    expect(refusals(pullRequest, dev, "dev", "pr123")).toEqual([]);
  });

  it("previews with the same reads, and writes nothing of it", () => {
    const role = identity(prod, "prod", layer, "plan");
    // Lambda fetches signed code when a function is made, which no preview does.
    const calls = callsOf(layer, prod[layer]).filter(({ resource }) => !resource.includes("signed-code"));
    const answers = calls.map((call) => ({ call, allowed: role.decide(call, "prod").allowed }));
    expect(answers.filter(({ call, allowed }) => isRead(call) && !allowed)).toEqual([]);
    expect(answers.filter(({ call, allowed }) => !isRead(call) && allowed && !call.action.startsWith("kms:"))).toEqual(
      [],
    );
  });

  it("reaches nothing that carries another environment's name", () => {
    const role = identity(prod, "prod", layer, "apply");
    const elsewhere = callsOf(layer, prod[layer])
      .filter((call) => !isRead(call) && call.resource.includes("prod"))
      .map((call) => ({ ...call, resource: call.resource.replaceAll("prod", "staging") }));
    expect(elsewhere.length).toBeGreaterThan(3);
    expect(elsewhere.filter((call) => role.decide(call, "staging").allowed)).toEqual([]);
  });
});

describe("between layers", () => {
  const BELONGING: Readonly<Record<Layer, readonly ReturnType<typeof on>[number][]>> = {
    security: [
      ...on("kms", "PutKeyPolicy DisableKey", arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab")),
      ...on("cloudtrail", "UpdateTrail PutEventSelectors", arn("cloudtrail", "trail/srs-prod-trail")),
      ...on("guardduty", "UpdateDetector", arn("guardduty", "detector/12abc34d567e8fa901bc2d34e56789f0")),
      ...on("iam", "CreatePolicyVersion", iamArn("policy/srs-prod-permission-boundary")),
      ...on("iam", "CreatePolicyVersion", iamArn("policy/srs-prod-ci-data-read")),
      ...on("iam", "UpdateAssumeRolePolicy", iamArn("role/srs-prod-ci-compute-apply"), {
        "iam:PermissionsBoundary": iamArn("policy/srs-prod-permission-boundary"),
      }),
      ...on("iam", "UpdateAccountPasswordPolicy", "*"),
    ],
    network: [
      ...on("ec2", "DeleteVpc", arn("ec2", "vpc/vpc-0123456789abcdef0")),
      ...on("ec2", "AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-0123456789abcdef0")),
      ...on("route53resolver", "UpdateFirewallDomains", arn("route53resolver", "firewall-domain-list/rslvr-fdl-1")),
    ],
    data: [
      ...on("rds", "ModifyDBCluster", arn("rds", "cluster:srs-prod-records")),
      ...on("elasticache", "ModifyUser", arn("elasticache", "user:srs-prod-api")),
      ...on("kinesis", "DeleteStream", arn("kinesis", "stream/srs-prod-student-events")),
      ...on("elasticfilesystem", "PutFileSystemPolicy", arn("elasticfilesystem", "file-system/fs-0123456789abcdef0")),
      ...on("secretsmanager", "PutResourcePolicy", arn("secretsmanager", "secret:srs/prod/db/app-a-AbCdEf")),
    ],
    compute: [
      ...on("ecs", "UpdateService", arn("ecs", "service/srs-prod-platform/srs-prod-api")),
      ...on("apigateway", "PATCH", "arn:aws:apigateway:us-east-1::/restapis/abc123"),
      ...on("cognito-idp", "UpdateUserPoolClient", arn("cognito-idp", "userpool/us-east-1_AbCdEfGhI")),
      ...on("ecr", "PutImage", arn("ecr", "repository/srs-prod-api")),
    ],
  };

  it.each(LAYERS)("only the %s layer's pipeline changes what is that layer's", (layer) => {
    for (const call of BELONGING[layer]) {
      const able = LAYERS.filter((other) => identity(prod, "prod", other, "apply").decide(call, "prod").allowed);
      expect([call.action, able]).toEqual([call.action, [layer]]);
    }
  });

  it("a role is shaped by its own layer's pipeline alone, and with the ceiling alone", () => {
    const shape = (role: string, ceiling: string) =>
      on("iam", "PutRolePolicy", iamArn(`role/${role}`), { "iam:PermissionsBoundary": iamArn(`policy/${ceiling}`) });
    const able = (role: string, ceiling: string) =>
      LAYERS.filter((layer) =>
        shape(role, ceiling).every((call) => identity(prod, "prod", layer, "apply").decide(call, "prod").allowed),
      );
    expect(able("srs-prod-api-task", "srs-prod-permission-boundary")).toEqual(["compute"]);
    expect(able("srs-prod-rotation", "srs-prod-permission-boundary")).toEqual(["data"]);
    expect(able("srs-prod-ci-data-apply", "srs-prod-permission-boundary")).toEqual(["security"]);
    expect(able("srs-prod-api-task", "srs-prod-something-wider")).toEqual([]);
    expect(able("srs-break-glass", "srs-prod-permission-boundary")).toEqual([]);
  });

  it("the ceiling takes nothing from a role of the running system that its own policy gives", () => {
    const statementsOf = ({ inputs }: RecordedResource) => parsePolicy(inputs.policy).Statement;
    const ceiling = statementsOf(prod.security.get("aws:iam/policy:Policy", "permission-boundary"));
    const atWork = ceiling
      .filter(({ Sid }) => Sid === "Ceiling" || Sid === "CeilingOfRotation")
      .flatMap(({ Action }) => listOf(Action ?? []));
    const granted = LAYERS.flatMap((layer) => prod[layer].ofType("aws:iam/rolePolicy:RolePolicy"))
      .filter(({ name }) => !name.startsWith("ci-"))
      .flatMap(statementsOf)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => listOf(Action ?? []));
    expect(granted.length).toBeGreaterThan(30);
    const above = granted.filter((action) => !atWork.includes(action) && !atWork.includes(`${action.split(":")[0]}:*`));
    expect(above).toEqual([]);
  });

  it("records that are real are deleted by no pipeline", () => {
    const cluster = arn("rds", "cluster:srs-prod-records");
    const [deletion] = on("rds", "DeleteDBCluster", cluster);
    const [shortLived] = on("rds", "DeleteDBCluster", cluster.replace("prod", "pr123"));
    expect(identity(prod, "prod", "data", "apply").decide(deletion!, "prod")).toMatchObject({
      allowed: false,
      reason: "explicit-deny",
    });
    expect(identity(dev, "dev", "data", "apply").decide(shortLived!, "pr123").allowed).toBe(true);
  });
});
