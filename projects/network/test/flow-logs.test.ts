import { fixtures, recordStack, type Recording } from "@records/testing";

let stack: Recording;
let prod: Recording;
beforeAll(async () => {
  const record = (name: string) => recordStack("projects/network", { security: fixtures.security }, { stack: name });
  [stack, prod] = await Promise.all([record("local"), record("prod")]);
}, 120_000);

describe("flow logs", () => {
  const FLOW_LOG = "aws:ec2/flowLog:FlowLog";

  it("record all traffic every minute, in one form, in two places", () => {
    const logs = prod.ofType(FLOW_LOG);
    expect(logs.map(({ name }) => name).toSorted()).toEqual(["to-audit-store", "to-log-group"]);
    for (const { inputs } of logs) {
      expect(inputs).toMatchObject({ trafficType: "ALL", maxAggregationInterval: 60, vpcId: prod.contract.vpcId });
      expect(inputs).not.toHaveProperty("deliverCrossAccountRole");
    }
    expect(new Set(logs.map(({ inputs }) => inputs.logFormat)).size).toBe(1);
  });

  it("write the default record, and which way and between whom it really went", () => {
    const fields = String(prod.get(FLOW_LOG, "to-audit-store").inputs.logFormat)
      .split(" ")
      .map((field) => /^\$\{([a-z-]+)\}$/.exec(field)?.[1]);
    expect(fields).toEqual(expect.arrayContaining([...DEFAULT_FIELDS, ...WANTED_FIELDS]));
    expect(fields.filter((field) => field === undefined || !KNOWN_FIELDS.includes(field))).toEqual([]);
    expect(new Set(fields).size).toBe(fields.length);
  });

  it("go to the audit store for good, in the form that queries read", () => {
    const { inputs } = prod.get(FLOW_LOG, "to-audit-store");
    expect(inputs).toMatchObject({
      logDestinationType: "s3",
      logDestination: `${fixtures.security.auditBucket.arn}/flow-logs/`,
      destinationOptions: { fileFormat: "parquet", perHourPartition: true, hiveCompatiblePartitions: true },
    });
    expect(inputs).not.toHaveProperty("iamRoleArn");
  });

  it("go to an encrypted log group for the days after, once their role may write to it", () => {
    expect(prod.get(FLOW_LOG, "to-log-group").options.dependencies).toContain(
      "aws:iam/rolePolicy:RolePolicy::flow-logs",
    );
    const group = (recording: Recording) => recording.get("aws:cloudwatch/logGroup:LogGroup", "flow-logs").inputs;
    expect(group(stack)).toMatchObject({ retentionInDays: 1, deletionProtectionEnabled: false });
    expect(group(prod)).toMatchObject({
      name: "/srs/prod/flow-logs",
      kmsKeyId: fixtures.security.kmsKeyArns.logs,
      retentionInDays: 400,
      deletionProtectionEnabled: true,
    });
  });

  it("write to their own group and nowhere else, on behalf of flow logs of this account", () => {
    const { policy } = stack.get("aws:iam/rolePolicy:RolePolicy", "flow-logs").inputs;
    const group = "arn:aws:logs:us-east-1:000000000000:log-group:/srs/local/flow-logs";
    expect(JSON.parse(policy as string).Statement).toEqual([
      {
        Sid: "WriteOwnGroup",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [group, `${group}:*`],
      },
    ]);
    const { assumeRolePolicy } = stack.get("aws:iam/role:Role", "flow-logs").inputs;
    expect(JSON.parse(assumeRolePolicy as string).Statement).toEqual([
      expect.objectContaining({
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "000000000000" },
          ArnLike: { "aws:SourceArn": "arn:aws:ec2:us-east-1:000000000000:vpc-flow-log/*" },
        },
      }),
    ]);
  });
});

/** Fields of flow log records: VPC user guide, "Flow log records". */
const DEFAULT_FIELDS = [
  ...["version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"],
  ...["packets", "bytes", "start", "end", "action", "log-status"],
];
const WANTED_FIELDS = [
  "flow-direction",
  "pkt-srcaddr",
  "pkt-dstaddr",
  "subnet-id",
  "az-id",
  "tcp-flags",
  "traffic-path",
];
const KNOWN_FIELDS = [
  ...DEFAULT_FIELDS,
  ...WANTED_FIELDS,
  ...["vpc-id", "instance-id", "type", "region", "sublocation-type", "sublocation-id"],
  ...["pkt-src-aws-service", "pkt-dst-aws-service", "reject-reason"],
];
