import { ec2Service } from "../../src/services/ec2/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const SNAPSHOTS = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess";
const IMAGES = "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess";
const VPCS = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";

describe("settings of the account in its Region", () => {
  const world = useRecordedAccount([ec2Service]);

  it.each([
    ["aws:ebs/encryptionByDefault:EncryptionByDefault", { enabled: true }, /^terraform-/],
    [SNAPSHOTS, { state: "block-all-sharing" }, /^us-east-1$/],
    [IMAGES, { state: "block-new-sharing" }, /^us-east-1$/],
    [VPCS, { internetGatewayBlockMode: "block-ingress" }, /^us-east-1$/],
  ])("%s is one, and changes in place", async (token, inputs, id) => {
    const setting = await world.resources.create(token, "one", inputs);
    expect(setting.id).toMatch(id);
    await expect(world.resources.create(token, "two", inputs)).rejects.toThrow("AWS would let this one overwrite it");
    expect((await world.resources.update(setting, inputs)).id).toBe(setting.id);
    await world.resources.remove(setting);
    await world.resources.create(token, "two", inputs);
  });

  it("say which account and Region they are of", async () => {
    const { outputs } = await world.resources.create(VPCS, "vpcs", { internetGatewayBlockMode: "off" });
    expect(outputs).toMatchObject({ awsAccountId: "000000000000", awsRegion: "us-east-1" });
  });

  it.each([
    [SNAPSHOTS, { state: "blocked" }],
    [IMAGES, { state: "block-all-sharing" }],
    [VPCS, { internetGatewayBlockMode: "block-egress" }],
  ])("refuse %s %j", async (token, inputs) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([
      { reason: expect.stringContaining("InvalidParameterValue") },
    ]);
  });
});
