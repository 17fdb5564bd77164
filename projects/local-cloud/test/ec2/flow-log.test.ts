import { ec2Service } from "../../src/services/ec2/index.ts";
import { allow, KEY_ARN, put, putBucket, putKey, putRole } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";
import type { MadeResource } from "../support/resources.ts";

const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const DELIVERY = "delivery.logs.amazonaws.com";
const GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:flow";
const ours = {
  StringEquals: { "aws:SourceAccount": "000000000000" },
  ArnLike: { "aws:SourceArn": "arn:aws:logs:us-east-1:000000000000:*" },
};
const bucketAllows = [
  allow(DELIVERY, "s3:GetBucketAcl", "arn:aws:s3:::audit", ours),
  allow(DELIVERY, "s3:PutObject", "arn:aws:s3:::audit/*", ours),
];

describe("flow logs", () => {
  const world = useRecordedAccount([ec2Service]);
  let vpc: MadeResource;
  beforeEach(async () => {
    vpc = await world.resources.create("aws:ec2/vpc:Vpc", "main", { cidrBlock: "10.40.0.0/16" });
  });
  const toBucket = () => ({
    vpcId: vpc.id,
    trafficType: "ALL",
    logDestinationType: "s3",
    logDestination: "arn:aws:s3:::audit",
  });

  it("ask the key of a bucket that encrypts by default", async () => {
    await putBucket(world.cloud, "audit", ...bucketAllows);
    const token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN } }];
    await put(world.cloud, token, "audit", { bucket: "audit", rules });
    await putKey(world.cloud, allow(DELIVERY, "kms:GenerateDataKey*", "*", ours));
    await expect(world.resources.create(FLOW_LOG, "s3", toBucket())).rejects.toThrow(
      /LogDestinationPermissionIssue: Access Denied for LogDestination: audit.*kms:Decrypt/,
    );
    await putKey(world.cloud, allow(DELIVERY, ["kms:GenerateDataKey*", "kms:Decrypt"], "*", ours));
    await world.resources.create(FLOW_LOG, "s3", toBucket());
  });

  it("are one of a VPC to one destination", async () => {
    await putBucket(world.cloud, "audit", ...bucketAllows);
    const first = await world.resources.create(FLOW_LOG, "s3", toBucket());
    await expect(world.resources.create(FLOW_LOG, "again", toBucket())).rejects.toThrow("FlowLogAlreadyExists");
    await world.resources.update(first, { ...first.inputs, tags: { a: "b" } });
  });

  it("go to a log group that is there, through a role that may write there", async () => {
    const trusts = (service: string) => ({ ...allow(service, "sts:AssumeRole", ""), Resource: undefined });
    const actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"];
    const writes = { Effect: "Allow", Action: actions, Resource: `${GROUP}:*` };
    const log = (iamRoleArn: string) =>
      world.resources.create(FLOW_LOG, "logs", {
        vpcId: vpc.id,
        trafficType: "ALL",
        logDestination: GROUP,
        iamRoleArn,
      });
    const good = await putRole(world.cloud, "good", trusts("vpc-flow-logs.amazonaws.com"), writes);
    await expect(log(good)).rejects.toThrow("the log group");
    await put(world.cloud, "aws:cloudwatch/logGroup:LogGroup", "flow", {}, GROUP);
    const stranger = await putRole(world.cloud, "stranger", trusts("ec2.amazonaws.com"), writes);
    await expect(log(stranger)).rejects.toThrow("sts:AssumeRole");
    const mute = await putRole(world.cloud, "mute", trusts("vpc-flow-logs.amazonaws.com"), {
      ...writes,
      Action: actions.slice(0, 2),
    });
    await expect(log(mute)).rejects.toThrow("logs:DescribeLogStreams");
    await log(good);
  });

  it.each([
    ["a field that is none", { logFormat: "${version} ${sourceaddr}" }, "logFormat"],
    ["a format without braces", { logFormat: "version srcaddr" }, "logFormat"],
    ["another file format", { destinationOptions: { fileFormat: "csv" } }, "destinationOptions"],
    [
      "options for a log group",
      { logDestinationType: "cloud-watch-logs", iamRoleArn: "r", destinationOptions: {} },
      "destinationOptions",
    ],
    ["a destination that is none", { logDestinationType: "sqs" }, "logDestinationType"],
    ["seven minutes", { maxAggregationInterval: 420 }, "maxAggregationInterval"],
  ])("are refused with %s", async (_, change, property) => {
    expect(await world.resources.failuresOf(FLOW_LOG, { ...toBucket(), ...change })).toMatchObject([{ property }]);
  });

  it("take every field that the platform asks for", async () => {
    const logFormat = "${version} ${pkt-srcaddr} ${flow-direction} ${tcp-flags} ${traffic-path} ${az-id}";
    expect(await world.resources.failuresOf(FLOW_LOG, { ...toBucket(), logFormat })).toEqual([]);
  });
});
