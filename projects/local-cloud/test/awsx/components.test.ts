import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { ec2Service } from "../../src/services/ec2/index.ts";
import { ecrService } from "../../src/services/ecr/index.ts";
import { startEngine } from "../provider/engine.ts";
import type { Engine } from "../provider/engine.ts";

const COMPONENTS = 3;

jest.setTimeout(60_000);

describe("the awsx components, constructed by the plugin", () => {
  let engine: Engine;
  let stack: Stack;
  let program: PulumiFn;
  let source: string;

  beforeAll(async () => {
    source = mkdtempSync(join(tmpdir(), "local-cloud-image-"));
    mkdirSync(join(source, "dist"));
    writeFileSync(join(source, "dist", "server.mjs"), "export {};\n");
    writeFileSync(
      join(source, "Dockerfile"),
      'FROM scratch AS runtime\nCOPY dist/ /app/\nENTRYPOINT ["node"]\nCMD ["/app/server.mjs"]\n',
    );
    engine = await startEngine((cloud) => [ec2Service(cloud), ecrService(cloud)]);
    stack = await engine.stack(() => program());
  });
  afterAll(async () => {
    await engine.close();
    rmSync(source, { recursive: true });
  });

  const system = (): PulumiFn => async () => {
    const vpc = new awsx.ec2.Vpc("main", {
      cidrBlock: "10.40.0.0/16",
      availabilityZoneNames: ["us-east-1a", "us-east-1b"],
      enableDnsHostnames: true,
      natGateways: { strategy: "Single" },
      subnetStrategy: "Auto",
      subnetSpecs: [
        { type: "Private", cidrMask: 20 },
        { type: "Public", cidrMask: 24 },
        { type: "Isolated", cidrMask: 22 },
      ],
    });
    const repository = new awsx.ecr.Repository("api", { name: "srs-local-api", forceDelete: true });
    const image = new awsx.ecr.Image("api", {
      repositoryUrl: repository.url,
      context: source,
      dockerfile: join(source, "Dockerfile"),
      target: "runtime",
      platform: "linux/arm64",
      imageTag: "v1",
    });
    const group = new aws.ec2.SecurityGroup("api", { name: "api", vpcId: vpc.vpcId });
    return {
      vpcId: vpc.vpcId,
      publicSubnetIds: vpc.publicSubnetIds,
      privateSubnetIds: vpc.privateSubnetIds,
      isolatedSubnetIds: vpc.isolatedSubnetIds,
      imageUri: image.imageUri,
      group: group.id,
    };
  };

  it("are previewed, and made with the children and names of the real ones", async () => {
    program = system();
    const preview = await stack.preview();
    const { summary, outputs } = await stack.up();
    // The image's name follows from the repository's address, which a first preview does not know; nor does the real one.
    expect(summary.resourceChanges).toEqual({ create: (preview.changeSummary.create ?? 0) + 1 });
    expect(outputs.publicSubnetIds?.value).toHaveLength(2);
    expect(outputs.privateSubnetIds?.value).toHaveLength(2);
    expect(outputs.isolatedSubnetIds?.value).toHaveLength(2);
    expect(outputs.imageUri?.value).toMatch(
      /^000000000000\.dkr\.ecr\.us-east-1\.amazonaws\.com\/srs-local-api@sha256:[0-9a-f]{64}$/,
    );

    const names = engine.cloud.account.all().map(({ urn }) => urn.replace(/^.*[$:](aws|docker-build):/, "$1:"));
    for (const name of ["main-public-1", "main-private-2", "main-isolated-1"]) {
      for (const type of [
        "aws:ec2/subnet:Subnet",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
      ]) {
        expect(names).toContain(`${type}::${name}`);
      }
    }
    expect(names).toEqual(
      expect.arrayContaining([
        "aws:ec2/natGateway:NatGateway::main-1",
        "aws:ec2/eip:Eip::main-1",
        "aws:ec2/internetGateway:InternetGateway::main",
      ]),
    );
    expect(names).not.toContain("aws:ec2/natGateway:NatGateway::main-2"); // strategy Single
    expect(names).toContain("aws:ec2/route:Route::main-private-2");
    expect(names).not.toContain("aws:ec2/route:Route::main-isolated-2"); // no way out of an isolated subnet
    expect(names).toContain("docker-build:index:Image::v1");
  });

  it("notice changed code under the same path, and leave everything else alone", async () => {
    const before = (await stack.outputs()).imageUri?.value;
    const resources = engine.cloud.account.all().length + COMPONENTS + 1; // and the stack itself
    writeFileSync(join(source, "dist", "server.mjs"), "export const changed = true;\n");
    const { summary, outputs } = await stack.up();
    expect(summary.resourceChanges).toEqual({ update: 1, same: resources - 1 });
    expect(outputs.imageUri?.value).not.toBe(before);
  });

  it("go away again with all their children", async () => {
    await stack.destroy();
    expect(engine.cloud.account.all()).toEqual([]);
  });
});
