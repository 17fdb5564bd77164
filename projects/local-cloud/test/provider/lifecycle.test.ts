import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Service } from "../../src/cloud.ts";
import { recordedType } from "../../src/recorded-type.ts";
import { ec2Service } from "../../src/services/ec2/index.ts";
import { iamService } from "../../src/services/iam/index.ts";
import { startEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";

/** What no recorded type of AWS's needs: an output that is secret by nature. */
const accessKeys: Service = {
  name: "access-keys",
  resources: [
    {
      ...recordedType({
        token: "aws:iam/accessKey:AccessKey",
        id: () => "AKIA0000000000000001",
        replaceOnChanges: ["user"],
        computed: { secret: () => "generated-secret-7731" },
      }),
      secretOutputs: ["secret"],
    },
  ],
};

// Each engine run takes a second or two, more on a busy machine.
jest.setTimeout(60_000);

describe("the provider under the real engine", () => {
  let engine: Engine;
  let stack: Stack;
  let program: PulumiFn;

  /** Runs the stack with another program; what was there before is updated to it. */
  const up = (next: PulumiFn) => ((program = next), stack.up());
  const failure = async (operation: Promise<unknown>): Promise<string> =>
    operation.then(
      () => "it succeeded",
      (error: Error) => error.message,
    );
  /**
   * A program that the engine will stop. It stays open until then: one that returns meanwhile leaves the SDK with a
   * call to an engine that is gone, and that rejection is nobody's in a test runner.
   */
  const refused =
    (build: () => unknown): PulumiFn =>
    async () => {
      build();
      await new Promise(() => undefined);
    };
  const vpc = (args: aws.ec2.VpcArgs = {}, options: pulumi.CustomResourceOptions = {}) =>
    new aws.ec2.Vpc("main", { cidrBlock: "10.40.0.0/16", tags: { "srs:owner": "network" }, ...args }, options);

  beforeAll(async () => {
    engine = await startEngine((cloud) => [ec2Service(cloud), iamService(cloud), accessKeys]);
    stack = await engine.stack(() => program());
  });
  afterAll(() => engine.close());

  it("shows in a preview what is known and leaves unknown what AWS will decide", async () => {
    const seen: string[] = [];
    program = async () => {
      const { id, arn, cidrBlock } = vpc();
      for (const output of [id, arn]) output.apply((value) => seen.push(String(value)));
      return { id, arn, cidrBlock };
    };
    const preview = await stack.preview();
    expect(preview.changeSummary).toEqual({ create: 2 });
    expect(preview.stdout).toContain('cidrBlock: "10.40.0.0/16"');
    expect(preview.stdout).toMatch(/arn *: \[unknown\]/);
    expect(seen).toEqual([]);
    expect(engine.cloud.account.all()).toEqual([]);
  });

  it("creates, then finds nothing to do", async () => {
    const created = await stack.up();
    expect(created.summary.resourceChanges).toEqual({ create: 2 });
    expect(created.outputs.id?.value).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(created.outputs.arn?.value).toBe(`arn:aws:ec2:us-east-1:000000000000:vpc/${created.outputs.id?.value}`);
    const again = await stack.up();
    expect(again.summary.resourceChanges).toEqual({ same: 2 });
  });

  it("updates in place and keeps the id", async () => {
    const [before] = engine.cloud.account.ofType("aws:ec2/vpc:Vpc");
    const { summary, outputs } = await up(async () => {
      const { id, tagsAll } = vpc({ tags: { "srs:owner": "data" } });
      return { id, tagsAll };
    });
    expect(summary.resourceChanges).toEqual({ update: 1, same: 1 });
    expect(outputs.id?.value).toBe(before?.id);
    expect(outputs.tagsAll?.value).toEqual({ "srs:owner": "data" });
  });

  it("replaces when AWS cannot change a property, and names it", async () => {
    const [before] = engine.cloud.account.ofType("aws:ec2/vpc:Vpc");
    const { summary, stdout } = await up(async () => void vpc({ cidrBlock: "10.41.0.0/16" }));
    expect(summary.resourceChanges).toEqual({ replace: 1, same: 1 });
    expect(stdout).toContain("cidrBlock");
    const after = engine.cloud.account.ofType("aws:ec2/vpc:Vpc");
    expect(after).toHaveLength(1);
    expect(after[0]?.id).not.toBe(before?.id);
  });

  it("refuses to delete what the program protects", async () => {
    await up(async () => void vpc({ cidrBlock: "10.41.0.0/16" }, { protect: true }));
    expect(await failure(up(() => Promise.resolve()))).toContain("protected");
    expect(engine.cloud.account.ofType("aws:ec2/vpc:Vpc")).toHaveLength(1);
  });

  it("leaves nothing of a creation that AWS refuses, and says why in AWS's words", async () => {
    const message = await failure(
      up(
        refused(() => {
          const { id } = vpc({ cidrBlock: "10.41.0.0/16" });
          new aws.ec2.Subnet("outside", { vpcId: id, cidrBlock: "10.99.0.0/24" });
        }),
      ),
    );
    expect(message).toContain("InvalidSubnet.Range");
    expect(engine.cloud.account.ofType("aws:ec2/vpc:Vpc")).toHaveLength(1); // presence first
    expect(engine.cloud.account.ofType("aws:ec2/subnet:Subnet")).toEqual([]);
    expect(await urns(stack)).not.toContainEqual(expect.stringContaining("outside"));
  });

  it("refuses in the preview what the inputs alone show to be wrong", async () => {
    program = refused(
      () => new aws.iam.Role("api", { assumeRolePolicy: JSON.stringify({ Statement: [{ Effect: "Maybe" }] }) }),
    );
    expect(await failure(stack.preview())).toContain("MalformedPolicyDocument");
  });

  it("deletes first when the replacement must keep a name, and names what the program does not name", async () => {
    const trust = (service: string) => ({
      Version: "2012-10-17" as const,
      Statement: [{ Effect: "Allow" as const, Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });
    const roles = (path: string) => async () => {
      new aws.iam.Role("named", { name: "srs-local-api", path, assumeRolePolicy: trust("ecs-tasks.amazonaws.com") });
      return { generated: new aws.iam.Role("relay", { assumeRolePolicy: trust("ecs-tasks.amazonaws.com") }).name };
    };
    const { outputs } = await up(roles("/"));
    expect(outputs.generated?.value).toMatch(/^relay-[0-9a-f]{7}$/);
    const { summary, outputs: later } = await up(roles("/srs/"));
    expect(summary.resourceChanges).toMatchObject({ replace: 1 });
    expect(later.generated?.value).toBe(outputs.generated?.value);
    expect(engine.cloud.account.byId("aws:iam/role:Role", "srs-local-api")?.arn).toBe(
      "arn:aws:iam::000000000000:role/srs/srs-local-api",
    );
  });

  it("keeps secret what the program or AWS made secret, in outputs and in the state on disk", async () => {
    const readObjects = (bucket: string) => ({
      Version: "2012-10-17" as const,
      Statement: [{ Effect: "Allow" as const, Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` }],
    });
    const { outputs } = await up(async () => {
      const description = pulumi.secret("planted-secret-4711");
      const policy = new aws.iam.Policy("described", { name: "described", description, policy: readObjects("open") });
      // Given as an object, kept as text: completing the inputs must not lose the secret either.
      new aws.iam.Policy("secret", { policy: pulumi.secret(readObjects("planted-secret-0815")) });
      const { secret } = new aws.iam.AccessKey("key", { user: "nobody" });
      return { description: policy.description, arn: policy.arn, secret };
    });
    expect(outputs.description).toEqual({ value: "planted-secret-4711", secret: true });
    expect(outputs.secret).toEqual({ value: "generated-secret-7731", secret: true });
    expect(outputs.arn).toEqual({ value: "arn:aws:iam::000000000000:policy/described", secret: false });
    const state = engine.stateFiles();
    expect(state).toContain("arn:aws:iam::000000000000:policy/described");
    expect(state).toContain("aws:iam/policy:Policy");
    expect(state).not.toContain("planted-secret");
    expect(state).not.toContain("generated-secret-7731");
  });

  it("shows in a refresh what has gone, and the next update makes it again", async () => {
    const policy = engine.cloud.account.byId("aws:iam/policy:Policy", "arn:aws:iam::000000000000:policy/described");
    await engine.cloud.account.remove(policy?.urn ?? "", policy?.id ?? "");
    const refreshed = await stack.refresh();
    expect(refreshed.summary.resourceChanges).toMatchObject({ delete: 1 });
    const { summary } = await stack.up();
    expect(summary.resourceChanges).toMatchObject({ create: 1 });
  });

  it("refuses a type it does not know by name, and says where to add it", async () => {
    const type = await failure(up(refused(() => new aws.dynamodb.Table("t", { attributes: [], hashKey: "id" }))));
    expect(type).toContain("aws:dynamodb/table:Table");
    expect(type).toContain("src/services/dynamodb");
  });

  it("removes everything", async () => {
    await stack.destroy();
    expect(engine.cloud.account.all()).toEqual([]);
  });

  it("refuses any stack that is not local, and touches nothing", async () => {
    const foreign = await engine.stack(refused(vpc), "staging");
    const message = await failure(foreign.up());
    expect(message).toContain('The local cloud serves the stacks "local" and "local-*" only; this is "staging"');
    expect(engine.cloud.account.all()).toEqual([]);
  });
});

async function urns(stack: Stack): Promise<readonly string[]> {
  const { deployment } = (await stack.exportStack()) as { deployment: { resources: { urn: string }[] } };
  return deployment.resources.map(({ urn }) => urn);
}
