/** Guarantees about roles: what previews cannot see, what the ceiling stops, who may take which role. */
import { evaluate } from "@records/iam";
import { deployedRole, mayDo, type AccessModel, type Asker } from "../src/index.ts";
import { dataReadBy, takenRoles, unbounded } from "./guarantees.ts";
import { changed, without, type Models } from "./system.ts";

const LAYERS = ["security", "network", "data", "compute"] as const;

function roleNamed(model: AccessModel, name: string): Asker {
  const role = model.roles.find((each) => each.name === name);
  if (!role)
    throw new Error(`The stacks make no role ${name}. They make: ${model.roles.map((each) => each.name).join(", ")}.`);
  return deployedRole(role);
}
/** What somebody in a hurry would write instead of a list of reads. */
const TOO_MUCH = ["kinesis", "kms", "logs", "rds-data", "rds-db", "s3", "secretsmanager", "sqs"].map((it) => `${it}:*`);
const planRoles = (model: AccessModel, suffix: string): readonly Asker[] =>
  LAYERS.map((layer) => roleNamed(model, `srs-${suffix}-ci-${layer}-plan`));

export function roleGuarantees(models: Models): void {
  describe("preview identities", () => {
    it("read no data: no secret, record, object, log line or query, and open no key", () => {
      const { prod } = models();
      for (const role of planRoles(prod, "prod")) expect(dataReadBy(prod, role)).toEqual([]);
    });

    it("stay blind when their list of reads is too long, because a denial says so as well", () => {
      const careless = changed(models().prod, (statement) =>
        statement.Sid === "ReadSettings" ? { ...statement, Action: TOO_MUCH } : statement,
      );
      for (const role of planRoles(careless, "prod")) expect(dataReadBy(careless, role)).toEqual([]);
    });

    it("would read everything, and this would be seen, without denials and with such a list", () => {
      const denials = ["NoContent", "NoObjectsButState", "NoKeysButState"];
      const ceiling = ["PlansReadNoContent", "PlansReadNoObjects", "PlansOpenNothing"];
      const bare = without(models().prod, ...denials, ...ceiling);
      const careless = changed(bare, (statement) =>
        statement.Sid === "ReadSettings" ? { ...statement, Action: TOO_MUCH } : statement,
      );
      const read = dataReadBy(careless, roleNamed(careless, "srs-prod-ci-data-plan"));
      expect(read.join("\n")).toMatch(/logs:GetLogEvents/);
      expect(read.join("\n")).toMatch(/s3:GetObject .*access-logs/);
      // The keys' own policies still keep shut what is encrypted with them.
      expect(read.join("\n")).not.toMatch(/kms:Decrypt|kinesis:GetRecords/);
    });
  });

  describe("the ceiling", () => {
    const actionsOfRoles = [
      "iam:CreateRole",
      "iam:PutRolePolicy",
      "iam:AttachRolePolicy",
      "iam:PutRolePermissionsBoundary",
      "iam:UpdateAssumeRolePolicy",
    ];
    const roleArn = (model: AccessModel) => `arn:aws:iam::${model.accountId}:role/srs-prod-anything`;
    const ceiling = (model: AccessModel) => `arn:aws:iam::${model.accountId}:policy/srs-prod-permission-boundary`;

    it("is over every role", () => {
      const { prod, local } = models();
      for (const model of [prod, local]) {
        expect(model.roles.filter(({ boundary }) => boundary === undefined).map(({ name }) => name)).toEqual([]);
      }
    });

    it.each(actionsOfRoles)(
      "stops %s of a role without this same ceiling, whatever a role's own policy allows",
      (action) => {
        const { prod } = models();
        const other = `arn:aws:iam::${prod.accountId}:policy/another`;
        expect(unbounded(prod, action, roleArn(prod), { "iam:PermissionsBoundary": [] })).toEqual([]);
        expect(unbounded(prod, action, roleArn(prod), { "iam:PermissionsBoundary": other })).toEqual([]);
      },
    );

    it("lets deployments make roles that have it", () => {
      const { prod } = models();
      const context = { "iam:PermissionsBoundary": ceiling(prod) };
      expect(unbounded(prod, "iam:CreateRole", roleArn(prod), context)).toContain("srs-prod-ci-compute-apply");
    });

    it("cannot be taken off a role, nor rewritten from below it", () => {
      const { prod } = models();
      expect(unbounded(prod, "iam:DeleteRolePermissionsBoundary", roleArn(prod))).toEqual([]);
      const rewriting = [
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:DeletePolicyVersion",
        "iam:DeletePolicy",
      ];
      // The security layer's pipeline may, after its approval: or no commit could ever change it.
      const others = (action: string) =>
        unbounded(prod, action, ceiling(prod)).filter((name) => name !== "srs-prod-ci-security-apply");
      for (const action of rewriting) expect({ action, by: others(action) }).toEqual({ action, by: [] });
    });

    it.each(["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"])(
      "stops %s: nobody makes an identity that lasts",
      (action) => {
        const { prod } = models();
        expect(unbounded(prod, action, `arn:aws:iam::${prod.accountId}:user/anyone`)).toEqual([]);
      },
    );

    it.each([
      ["cloudtrail:StopLogging", "cloudtrail", "trail/srs-prod-trail"],
      ["cloudtrail:DeleteTrail", "cloudtrail", "trail/srs-prod-trail"],
      ["guardduty:DeleteDetector", "guardduty", "detector/12abc34d567e8fa901bc2d34e56789f0"],
      ["config:StopConfigurationRecorder", "config", "configuration-recorder/srs-prod-recorder"],
      ["config:DeleteConfigurationRecorder", "config", "configuration-recorder/srs-prod-recorder"],
      ["securityhub:DisableSecurityHub", "securityhub", "hub/default"],
      ["s3:BypassGovernanceRetention", "s3", "any"],
      ["kms:ScheduleKeyDeletion", "kms", "key/11111111-2222-4333-8444-555555555555"],
    ])("stops %s: the watch stays on, and what is kept is kept", (action, service, resource) => {
      const { prod } = models();
      const arn =
        service === "s3"
          ? "arn:aws:s3:::srs-prod-audit/any"
          : `arn:aws:${service}:${prod.region}:${prod.accountId}:${resource}`;
      expect(unbounded(prod, action, arn)).toEqual([]);
    });

    it("keeps every role in this Region", () => {
      const { prod } = models();
      const elsewhere = { "aws:RequestedRegion": "eu-west-1" };
      for (const action of ["s3:GetObject", "kms:Decrypt", "ec2:RunInstances", "lambda:CreateFunction"]) {
        expect(unbounded(prod, action, "*", elsewhere)).toEqual([]);
      }
    });

    it("would let these through, and this would be seen, without its denials", () => {
      const open = without(models().prod, "NoRoleWithoutThisCeiling", "WatchersStayOn", "NoRemovalOfCeiling");

      expect(unbounded(open, "iam:CreateRole", roleArn(open), { "iam:PermissionsBoundary": [] })).not.toEqual([]);
      expect(unbounded(open, "iam:DeleteRolePermissionsBoundary", roleArn(open))).not.toEqual([]);
      const trail = `arn:aws:cloudtrail:${open.region}:${open.accountId}:trail/srs-prod-trail`;
      expect(unbounded(open, "cloudtrail:StopLogging", trail)).not.toEqual([]);
    });
  });

  describe("a role", () => {
    const services = [
      "cloudtrail.amazonaws.com",
      "vpc-flow-logs.amazonaws.com",
      "monitoring.rds.amazonaws.com",
      "rds.amazonaws.com",
      "lambda.amazonaws.com",
      "backup.amazonaws.com",
      "ecs-tasks.amazonaws.com",
      "apigateway.amazonaws.com",
      "events.amazonaws.com",
      "ec2.amazonaws.com",
      "config.amazonaws.com",
    ];

    it("is taken by the one service that needs it, and by no role and no administrator", () => {
      const { prod } = models();
      expect(takenRoles(prod, services)).toEqual([
        "cloudtrail.amazonaws.com as srs-prod-trail-logs",
        "vpc-flow-logs.amazonaws.com as srs-prod-flow-logs",
        "monitoring.rds.amazonaws.com as srs-prod-rds-monitoring",
        "rds.amazonaws.com as srs-prod-db-proxy",
        "lambda.amazonaws.com as srs-prod-rotation",
        "backup.amazonaws.com as srs-prod-backup",
        "lambda.amazonaws.com as srs-prod-migration",
        "ecs-tasks.amazonaws.com as srs-prod-api-execution",
        "ecs-tasks.amazonaws.com as srs-prod-api-task",
        "ecs-tasks.amazonaws.com as srs-prod-relay-task",
        "lambda.amazonaws.com as srs-prod-consumer-cache-invalidator",
        "lambda.amazonaws.com as srs-prod-audit-exporter",
        "apigateway.amazonaws.com as srs-prod-api-gateway-logs",
        "lambda.amazonaws.com as srs-prod-canary",
      ]);
    });

    it("would be taken by any administrator, and this would be seen, if a trust named the account", () => {
      const { prod } = models();
      const open = changed(prod, (statement, policy) =>
        policy.name === "trust" && JSON.stringify(statement.Principal).includes("rds.amazonaws.com")
          ? { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${prod.accountId}:root` }, Action: "sts:AssumeRole" }
          : statement,
      );
      expect(takenRoles(open, [])).toContain("any other administrator as srs-prod-db-proxy");
    });

    it("of a deployment is taken by its own workflow alone: a pull request previews and applies nothing", () => {
      const { prod } = models();
      for (const layer of LAYERS) {
        const takes = (verb: "plan" | "apply", subject: string, audience = "sts.amazonaws.com") =>
          workflowTakes(prod, `srs-prod-ci-${layer}-${verb}`, subject, audience);
        expect(takes("plan", ":pull_request")).toBe(true);
        expect(takes("plan", ":ref:refs/heads/main")).toBe(true);
        expect(takes("apply", `:environment:prod-${layer}`)).toBe(true);

        expect(takes("plan", ":ref:refs/heads/other")).toBe(false);
        expect(takes("apply", ":pull_request")).toBe(false);
        expect(takes("apply", ":ref:refs/heads/main")).toBe(false);
        expect(takes("apply", `:environment:dev-${layer}`)).toBe(false);
        for (const other of LAYERS.filter((each) => each !== layer))
          expect(takes("apply", `:environment:prod-${other}`)).toBe(false);
        expect(takes("apply", `:environment:prod-${layer}`, "https://github.com/somebody")).toBe(false);
      }
    });

    it("of another repository's workflow is none of ours", () => {
      const { prod } = models();
      for (const { name } of prod.roles.filter((role) => role.name.includes("-ci-"))) {
        for (const subject of ["pull_request", "ref:refs/heads/main", "environment:prod-data"]) {
          expect(workflowTakes(prod, name, `repo:somebody/else:${subject}`)).toBe(false);
        }
      }
    });
  });

  describe("a deployment's identity", () => {
    it("reads no secret, record, object or log line either: it hands keys to services and opens nothing itself", () => {
      const { prod } = models();
      for (const layer of LAYERS) {
        const content = dataReadBy(prod, roleNamed(prod, `srs-prod-ci-${layer}-apply`)).filter(
          (line) => !line.includes(": kms:"),
        );
        // It runs the migrations, which answer with their names.
        const expected =
          layer === "compute" ? [expect.stringMatching(/lambda:InvokeFunction .*:srs-prod-migration:live$/)] : [];
        expect(content).toEqual(expected);
      }
    });

    it("that administers keys uses none of them", () => {
      const { prod } = models();
      const lines = dataReadBy(prod, roleNamed(prod, "srs-prod-ci-security-apply"));
      expect(lines).toEqual([]);
    });

    it("writes its own layer's state and reads those before, and no later one's", () => {
      const { prod } = models();
      const bucket = stateBucket(prod);
      const able = (role: Asker, action: string, layer: string) =>
        mayDo(prod, role, action, `${bucket}/.pulumi/stacks/srs-${layer}/prod.json`).possible;
      LAYERS.forEach((layer, index) => {
        const apply = roleNamed(prod, `srs-prod-ci-${layer}-apply`);
        const plan = roleNamed(prod, `srs-prod-ci-${layer}-plan`);
        LAYERS.forEach((other, place) => {
          expect([layer, other, able(plan, "s3:GetObject", other)]).toEqual([layer, other, place <= index]);
          expect([layer, other, able(apply, "s3:GetObject", other)]).toEqual([layer, other, place <= index]);
          expect([layer, other, able(apply, "s3:PutObject", other)]).toEqual([layer, other, place === index]);
          expect([layer, other, able(plan, "s3:PutObject", other)]).toEqual([layer, other, false]);
        });
      });
    });

    it("hands roles to their services only", () => {
      const { prod } = models();
      const task = `arn:aws:iam::${prod.accountId}:role/srs-prod-api-task`;
      const pass = (role: string, service: string) =>
        mayDo(prod, roleNamed(prod, role), "iam:PassRole", task, undefined, { "iam:PassedToService": service })
          .possible;
      expect(pass("srs-prod-ci-compute-apply", "ecs-tasks.amazonaws.com")).toBe(true);
      expect(pass("srs-prod-ci-compute-apply", "ec2.amazonaws.com")).toBe(false);
      expect(pass("srs-prod-ci-compute-apply", "lambda.amazonaws.com")).toBe(false);
      expect(pass("srs-prod-ci-data-apply", "ecs-tasks.amazonaws.com")).toBe(false);
    });
  });
}

/** The bucket that the plan identities list. */
function stateBucket(model: AccessModel): string {
  const texts = JSON.stringify(roleNamed(model, "srs-prod-ci-security-plan").identity);
  const arn = /"(arn:aws:s3:::[^"/]*)\/\.pulumi/.exec(texts)?.[1];
  if (!arn) throw new Error("The preview identity of security reads no state.");
  return arn;
}

/** @param subject  of the workflow's token; beginning with ":", of our repository */
function workflowTakes(model: AccessModel, name: string, subject: string, audience = "sts.amazonaws.com"): boolean {
  const role = model.roles.find((each) => each.name === name);
  const repository = /"(repo:[^:"]+):/.exec(JSON.stringify(role?.trust ?? {}))?.[1];
  if (!role || !repository) throw new Error(`${name} trusts no workflow of a repository.`);
  const host = "token.actions.githubusercontent.com";
  const context = {
    [`${host}:aud`]: audience,
    [`${host}:sub`]: subject.startsWith(":") ? `${repository}${subject}` : subject,
  };
  return evaluate(
    {
      principal: { kind: "federated", provider: `arn:aws:iam::${model.accountId}:oidc-provider/${host}` },
      action: "sts:AssumeRoleWithWebIdentity",
      resource: role.arn,
      context,
    },
    { identity: [], resource: role.trust, resourceKind: "trust" },
  ).allowed;
}
