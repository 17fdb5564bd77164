import { fixtures, recordStack, statements, type Recording } from "@records/testing";
import { parseCampusSystems, parseOwners } from "../src/owners.ts";
import { parseSignedPackage } from "../src/signed-package.ts";

const PROJECT = "projects/data";
const CONTRACTS = { security: fixtures.security, network: fixtures.network };
const SECRET = "aws:secretsmanager/secret:Secret";
const POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy";
const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";
const NAMES = [
  ...["db/app-a", "db/app-b", "cache/api", "cache/invalidator", "pseudonym-salt"],
  ...["clients/sis", "clients/lms", "clients/smoke-limited"],
];
const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;

let stack: Recording;
let prod: Recording;
let inside: Recording;
beforeAll(async () => {
  const network = {
    ...fixtures.network,
    endpointIds: { ...fixtures.network.endpointIds, secretsmanager: "vpce-0abc" },
  };
  const partners = { "srs-data:partners": JSON.stringify(["clearinghouse"]) };
  [stack, prod, inside] = await Promise.all([
    recordStack(PROJECT, CONTRACTS),
    recordStack(PROJECT, CONTRACTS, { stack: "prod" }),
    recordStack(PROJECT, { ...CONTRACTS, network }, { config: partners }),
  ]);
}, 60_000);

const readersOf = (recording: Recording, name: string) =>
  statements(recording).find(({ resource, Sid }) => resource.name === name && Sid === "ReadersOnly")?.Condition
    ?.ArnNotLike?.["aws:PrincipalArn"];

describe("secrets", () => {
  it("are under their own key, and each has a policy of its own that is never public", () => {
    const secrets = stack.ofType(SECRET);
    expect(secrets.map(({ inputs }) => inputs.name)).toEqual(NAMES.map((name) => `srs/local/${name}`));
    expect(
      secrets.filter(({ inputs }) => inputs.kmsKeyId !== fixtures.security.kmsKeyArns.secrets || "policy" in inputs),
    ).toEqual([]);
    const policies = stack.ofType(POLICY);
    expect(policies.map(({ name }) => name)).toEqual(secrets.map(({ name }) => name));
    expect(policies.filter(({ inputs }) => inputs.blockPublicPolicy !== true)).toEqual([]);
  });

  it("can be had back for a month where they are real, and end with a stack that is thrown away", () => {
    expect(new Set(prod.ofType(SECRET).map(({ inputs }) => inputs.recoveryWindowInDays))).toEqual(new Set([30]));
    expect(new Set(stack.ofType(SECRET).map(({ inputs }) => inputs.recoveryWindowInDays))).toEqual(new Set([0]));
  });

  it.each([
    ["cache-api", ["srs-local-api-task"]],
    ["cache-invalidator", ["srs-local-consumer-cache-invalidator"]],
    ["pseudonym-salt", ["srs-local-api-task"]],
    ["clients-sis", []],
  ])("%s gives its value to its readers, to the rotation and in an emergency, and to nobody else", (name, readers) => {
    const people = name === "clients-sis" ? ["srs-onboarding-sis"] : [];
    expect(readersOf(stack, name)).toEqual([...readers, "srs-local-rotation", ...people, "srs-break-glass"].map(role));
  });

  it("of a partner is read by what calls partners, and does not rotate by itself", () => {
    expect(readersOf(inside, "partners-clearinghouse")).toContain(role("srs-local-consumer-webhook-dispatcher"));
    expect(inside.ofType(ROTATION).map(({ inputs }) => String(inputs.secretId))).not.toContainEqual(
      expect.stringContaining("partners"),
    );
    expect(inside.contract.secretArns.partners).toHaveProperty("clearinghouse");
  });

  it("are read from inside the network only, where it has its own way to them; callers from outside are named", () => {
    expect(statements(stack).filter(({ Sid }) => Sid === "InsideOnly")).toEqual([]);
    const gates = statements(inside).filter(({ Sid }) => Sid === "InsideOnly");
    expect(gates).toHaveLength(NAMES.length + 1);
    const exemptOf = (name: string) =>
      gates.find(({ resource }) => resource.name === name)?.Condition?.ArnNotLike?.["aws:PrincipalArn"];
    expect(exemptOf("db-app-a")).toEqual(["srs-local-db-proxy", "srs-break-glass"].map(role));
    expect(exemptOf("cache-api")).toEqual([role("srs-break-glass")]);
    expect(exemptOf("clients-sis")).toEqual(["srs-onboarding-sis", "srs-break-glass"].map(role));
  });

  it("shut nobody out of their settings: only reading a value is denied", () => {
    const denied = statements(inside).filter(({ resource }) => resource.type === POLICY);
    expect(denied).toHaveLength(2 * (NAMES.length + 1));
    expect(denied.filter(({ Effect }) => Effect !== "Deny")).toEqual([]);
    expect(new Set(denied.flatMap(({ actions }) => actions))).toEqual(new Set(["secretsmanager:GetSecretValue"]));
  });

  it("get their first values from the bootstrap, after database and cache are there", () => {
    const bootstrap = stack.get("aws:lambda/invocation:Invocation", "bootstrap");
    expect(bootstrap.inputs).toMatchObject({
      input: '{"operation":"bootstrap"}',
      triggers: { secrets: NAMES.join(",") },
    });
    expect(bootstrap.options.dependencies).toEqual(
      expect.arrayContaining([
        "aws:rds/clusterInstance:ClusterInstance::records-writer",
        "aws:elasticache/replicationGroup:ReplicationGroup::cache",
      ]),
    );
  });
});

describe("rotation schedules", () => {
  it("leave out no secret of ours, and the two database logins are half a month apart", () => {
    const schedules = stack.ofType(ROTATION);
    const rules = Object.fromEntries(
      schedules.map(({ name, inputs }) => [
        name,
        inputs.rotationRules.scheduleExpression ?? inputs.rotationRules.automaticallyAfterDays,
      ]),
    );
    expect(rules).toEqual({
      dbAppA: "cron(0 8 1 * ? *)",
      dbAppB: "cron(0 8 15 * ? *)",
      cacheApi: "cron(0 8 8 * ? *)",
      cacheInvalidator: "cron(0 8 22 * ? *)",
      pseudonymSalt: "cron(0 8 1 7 ? *)",
      "client-sis": "rate(90 days)",
      "client-lms": "rate(90 days)",
      "client-smoke-limited": "rate(90 days)",
      master: 7,
    });
    expect(schedules.filter(({ inputs }) => inputs.rotateImmediately !== false)).toEqual([]);
  });

  it("are set up when the function may be called, the secrets have values and the proxy lets somebody in", () => {
    const ours = stack.ofType(ROTATION).filter(({ name }) => name !== "master");
    expect(ours).toHaveLength(NAMES.length);
    for (const { options } of ours) {
      expect(options.dependencies).toEqual(
        expect.arrayContaining([
          "aws:lambda/permission:Permission::secrets-manager",
          "aws:lambda/invocation:Invocation::bootstrap",
          "aws:rds/proxyTarget:ProxyTarget::records",
        ]),
      );
    }
    expect(stack.get("aws:lambda/permission:Permission", "secrets-manager").inputs).toMatchObject({
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: "000000000000",
    });
    // RDS rotates its own.
    expect(stack.get(ROTATION, "master").inputs).not.toHaveProperty("rotationLambdaArn");
  });

  it("end a client's former secret by a daily run, which is kept when it cannot be delivered", () => {
    expect(stack.get("aws:cloudwatch/eventRule:EventRule", "retire-client-secrets").inputs).toMatchObject({
      scheduleExpression: "rate(1 day)",
    });
    expect(stack.get("aws:cloudwatch/eventTarget:EventTarget", "retire-client-secrets").inputs).toMatchObject({
      input: '{"operation":"retire-client-secrets"}',
      deadLetterConfig: { arn: stack.contract.deadLetterQueues.alarms.arn },
    });
  });
});

describe("rotation function", () => {
  it("knows names, hosts and ARNs, and no value", () => {
    const { variables } = stack.get("aws:lambda/function:Function", "rotation").inputs.environment;
    expect(Object.keys(variables)).toHaveLength(16);
    expect(variables.CLIENT_SECRET_ARNS.split(",")).toHaveLength(3);
    expect(
      Object.entries(variables).filter(
        ([name, value]) => name.includes("PASSWORD") || String(value).includes("password"),
      ),
    ).toEqual([]);
  });

  it("has the rights it needs before it can be called, and none beyond its secrets, users, clients and keys", () => {
    expect(stack.get("aws:lambda/function:Function", "rotation").options.dependencies).toEqual(
      expect.arrayContaining([
        "aws:iam/rolePolicy:RolePolicy::rotation",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment::rotation-network",
      ]),
    );
    const ours = statements(stack).filter(({ resource }) => resource.name === "rotation");
    const everywhere = ours.filter(({ Resource }) => Resource === "*");
    expect(everywhere.flatMap(({ actions }) => actions)).toEqual([
      "secretsmanager:GetRandomPassword",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
    const kept = ours.find(({ Sid }) => Sid === "KeepSecrets");
    expect(kept?.Resource).toHaveLength(NAMES.length);
    for (const sid of ["ChangeClientSecrets", "AdoptApiKeys"]) {
      expect(ours.find(({ Sid }) => Sid === sid)?.Condition).toEqual({
        StringEquals: { "aws:ResourceTag/EnvironmentSuffix": "local" },
      });
    }
  });

  it("runs signed code in production, and what was built here elsewhere", () => {
    const signed = prod.get("aws:lambda/function:Function", "rotation").inputs;
    expect(signed).toMatchObject({
      codeSigningConfigArn: expect.stringContaining(":code-signing-config:csc-") as string,
    });
    expect(signed).toHaveProperty("s3ObjectVersion");
    expect(signed).not.toHaveProperty("code");
    expect(stack.get("aws:lambda/function:Function", "rotation").inputs).not.toHaveProperty("codeSigningConfigArn");
  });
});

describe("configuration", () => {
  it.each([
    [undefined, "must be a list"],
    [["SIS"], "becomes the end of a secret's name"],
    [["student-portal"], "six characters"],
    [["sis", "sis"], "twice"],
  ])("refuses owners %j and says why", (value, reason) => {
    expect(() => parseOwners("partners", value)).toThrow(reason);
  });

  it("wants at least one campus system, and may do without partners", () => {
    expect(() => parseCampusSystems([])).toThrow("each has a secret here");
    expect(parseOwners("partners", [])).toEqual([]);
    // Before it stands a slash, which no ARN has before its six characters.
    expect(parseOwners("campusSystems", ["canary"])).toEqual(["canary"]);
  });

  it("wants a signed package where records are real, whole, and takes one elsewhere", () => {
    expect(parseSignedPackage(undefined, false)).toBeUndefined();
    expect(() => parseSignedPackage(undefined, true)).toThrow("rotationPackage.codeSigningConfigArn");
    const whole = {
      codeSigningConfigArn: "arn:aws:lambda:us-east-1:333333333333:code-signing-config:csc-0123456789abcdef0",
      ...{ bucket: "signed-code", key: "rotation.zip", version: "1" },
    };
    expect(parseSignedPackage(whole, false)).toEqual(whole);
    expect(() => parseSignedPackage({ ...whole, version: undefined }, true)).toThrow("rotationPackage.version");
  });
});
