import fc from "fast-check";
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UNKNOWN } from "../../src/resource-type.ts";
import { addressInSubnet } from "../../src/services/efs/addresses.ts";
import { checkAccessPoint, checkFileSystem, checkFileSystemPolicy } from "../../src/services/efs/checks.ts";
import { efsService } from "../../src/services/efs/index.ts";
import type { EfsService } from "../../src/services/efs/index.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

describe("a file system", () => {
  let cloud: TestCloud;
  let fileSystem: MadeResource;
  const accessPoint = (path: string, permissions: string) =>
    new Resources(cloud).create("aws:efs/accessPoint:AccessPoint", path.slice(1), {
      fileSystemId: fileSystem.id,
      rootDirectory: { path, creationInfo: { ownerUid: 10001, ownerGid: 10001, permissions } },
    });

  beforeAll(async () => {
    cloud = await startTestCloud([efsService]);
    for (const zone of ["a", "b"]) {
      const outputs = {
        availabilityZone: `us-east-1${zone}`,
        availabilityZoneId: `use1-az-${zone}`,
        cidrBlock: "10.0.1.0/24",
      };
      await cloud.account.put(
        { urn: zone, type: "aws:ec2/subnet:Subnet", id: `subnet-${zone}`, inputs: outputs, outputs },
        [],
      );
    }
    fileSystem = await new Resources(cloud).create("aws:efs/fileSystem:FileSystem", "files", {
      encrypted: true,
      throughputMode: "elastic",
    });
  });
  afterAll(() => cloud?.close());

  it("has ids and ARNs in EFS's form", () => {
    expect(fileSystem.id).toMatch(/^fs-[0-9a-f]{17}$/);
    expect(fileSystem.outputs.arn).toBe(
      `arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/${fileSystem.id}`,
    );
  });

  it("gives an access point a folder with its mode, and its owner where that is possible", async () => {
    const { id } = await accessPoint("/documents", "0750");
    const folder = cloud.service<EfsService>("efs").localPathOf(id);
    const { mode, uid } = statSync(folder);
    expect(mode & 0o7777).toBe(0o750);
    expect(uid).toBe(process.getuid?.() === 0 ? 10001 : process.getuid?.());
  });

  it("keeps a folder and its content when another access point names it", async () => {
    const efs = cloud.service<EfsService>("efs");
    const first = await accessPoint("/shared", "0755");
    writeFileSync(join(efs.localPathOf(first.id), "kept.txt"), "kept");
    await new Resources(cloud).remove(first);
    const second = await accessPoint("/shared", "0700");
    expect(existsSync(join(efs.localPathOf(second.id), "kept.txt"))).toBe(true);
  });

  it("refuses to name a folder that nothing makes", async () => {
    const bare = await new Resources(cloud).create("aws:efs/accessPoint:AccessPoint", "bare", {
      fileSystemId: fileSystem.id,
      rootDirectory: { path: "/missing" },
    });
    expect(() => cloud.service<EfsService>("efs").localPathOf(bare.id)).toThrow("creationInfo");
  });

  it("has one mount target a zone, and cannot go while it has one", async () => {
    const target = (zone: string) =>
      new Resources(cloud).create("aws:efs/mountTarget:MountTarget", zone, {
        fileSystemId: fileSystem.id,
        subnetId: `subnet-${zone}`,
      });
    const [first, second] = [await target("a"), await target("b")];
    expect(first.outputs.ipAddress).toMatch(/^10\.0\.1\.\d+$/);
    await expect(target("a")).rejects.toThrow("MountTargetConflict");
    await expect(new Resources(cloud).remove(fileSystem)).rejects.toThrow("FileSystemInUse");
    await new Resources(cloud).remove(first);
    await new Resources(cloud).remove(second);
  });

  it("shows a removed folder as gone", async () => {
    const point = await accessPoint("/config", "0550");
    rmSync(cloud.service<EfsService>("efs").localPathOf(point.id), { recursive: true });
    expect(await new Resources(cloud).read(point)).toBeUndefined();
    expect(await new Resources(cloud).read(fileSystem)).toMatchObject({ numberOfMountTargets: 0 });
    await new Resources(cloud).remove(fileSystem);
    expect(await new Resources(cloud).read(fileSystem)).toBeUndefined();
  });
});

describe("checks", () => {
  it("take what is right, and what is not known yet", () => {
    const lifecyclePolicies = [
      { transitionToIa: "AFTER_30_DAYS" },
      { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
    ];
    expect(
      checkFileSystem({ encrypted: true, kmsKeyId: UNKNOWN, throughputMode: "elastic", lifecyclePolicies }),
    ).toEqual([]);
    expect(
      checkAccessPoint({
        posixUser: { uid: 10001, gid: 10001 },
        rootDirectory: { path: "/config", creationInfo: UNKNOWN },
      }),
    ).toEqual([]);
  });

  it.each([
    [{ kmsKeyId: "arn", encrypted: false }],
    [{ throughputMode: "provisioned" }],
    [{ throughputMode: "elastic", performanceMode: "maxIO" }],
    [{ lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS", transitionToArchive: "AFTER_90_DAYS" }] }],
    [{ lifecyclePolicies: [{ transitionToIa: "AFTER_2_DAYS" }] }],
  ])("refuse a file system with %j", (inputs) => expect(checkFileSystem(inputs)).not.toEqual([]));

  it.each(["config", "/a/b/c/d/e", "/a/../b", `/${"a".repeat(100)}`])("refuse the path %s", (path) =>
    expect(checkAccessPoint({ rootDirectory: { path } })).not.toEqual([]),
  );

  it("refuse a policy that locks its owner out, unless that is asked for", () => {
    const deny = (condition: object) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*", ...condition }],
      });
    expect(checkFileSystemPolicy({ policy: deny({}) })).toHaveLength(1);
    expect(checkFileSystemPolicy({ policy: deny({}), bypassPolicyLockoutSafetyCheck: true })).toEqual([]);
    expect(
      checkFileSystemPolicy({ policy: deny({ Condition: { Bool: { "aws:SecureTransport": "false" } } }) }),
    ).toEqual([]);
  });
});

it("gives mount targets addresses inside their subnet that AWS does not keep for itself", () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 28 }), fc.string(), (bits, owner) => {
      const size = 2 ** (32 - bits);
      const base = 10 * 2 ** 24;
      const address = addressInSubnet(`10.0.0.0/${bits}`, owner)
        .split(".")
        .reduce((sum, octet) => sum * 256 + Number(octet), 0);
      expect(address - base).toBeGreaterThanOrEqual(4);
      expect(address - base).toBeLessThan(size - 1);
    }),
  );
});
