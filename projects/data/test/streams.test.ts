import { fixtures, recordStack, statements, type Recording } from "@records/testing";

const CONTRACTS = { security: fixtures.security, network: fixtures.network };
const { kmsKeyArns } = fixtures.security;
const CONSUMERS = ["archiver", "cache-invalidator", "privacy-worker", "projector", "webhook-dispatcher"];
const STREAM = "aws:kinesis/stream:Stream";
const POLICY = "aws:kinesis/resourcePolicy:ResourcePolicy";
let local: Recording;
let pr123: Recording;
let staging: Recording;
let prod: Recording;
beforeAll(async () => {
  const record = (stack: string) => recordStack("projects/data", CONTRACTS, { stack });
  [local, pr123, staging, prod] = await Promise.all([
    record("local"),
    record("pr123"),
    record("staging"),
    record("prod"),
  ]);
}, 120_000);

/** Roles that a denial of a resource's policy spares. */
const spared = (stack: Recording, name: string, sid: string): readonly string[] => {
  const found = statements(stack).find(
    ({ resource, Sid }) => resource.type === POLICY && resource.name === name && Sid === sid,
  );
  const arns = [found?.Condition?.ArnNotLike?.["aws:PrincipalArn"] ?? []].flat() as string[];
  return arns.map((arn) => arn.replace(/^.*:role\//, ""));
};

describe("the stream of student events", () => {
  it("is encrypted with the key of events, in every environment", () => {
    for (const stack of [local, pr123, staging, prod]) {
      expect(stack.get(STREAM, "student-events").inputs).toMatchObject({
        encryptionType: "KMS",
        kmsKeyId: kmsKeyArns.events,
      });
    }
  });

  it("has shards and their metrics where it is provisioned, and neither where AWS decides", () => {
    const { inputs } = local.get(STREAM, "student-events");
    expect(inputs).toMatchObject({ streamModeDetails: { streamMode: "PROVISIONED" }, shardCount: 2 });
    expect(inputs.shardLevelMetrics).toContain("IteratorAgeMilliseconds");
    for (const stack of [pr123, staging, prod]) {
      const onDemand = stack.get(STREAM, "student-events").inputs;
      expect(onDemand.streamModeDetails).toEqual({ streamMode: "ON_DEMAND" });
      for (const property of ["shardCount", "shardLevelMetrics"]) expect(onDemand).not.toHaveProperty(property);
    }
  });

  it("keeps events for a week in production, where it cannot go as long as somebody reads it", () => {
    const settings = (stack: Recording) => {
      const { retentionPeriod, enforceConsumerDeletion } = stack.get(STREAM, "student-events").inputs;
      return [retentionPeriod, enforceConsumerDeletion] as unknown;
    };
    expect([local, pr123, staging, prod].map(settings)).toEqual([
      [24, true],
      [24, true],
      [72, true],
      [168, false],
    ]);
  });

  it("is written by the relay alone", () => {
    expect(spared(prod, "student-events", "OnlyTheRelayWrites")).toEqual(["srs-prod-relay-task"]);
  });
});

describe("consumers of student events", () => {
  it.each(CONSUMERS)("%s reads from the stream, and nobody reads in its place", (name) => {
    const consumer = prod.get("aws:kinesis/streamConsumer:StreamConsumer", name);
    expect(consumer.inputs).toMatchObject({
      name: `srs-prod-${name}`,
      streamArn: prod.contract.streams.studentEvents.arn,
    });
    expect(spared(prod, name, "OnlyItsFunctionReads")).toEqual([`srs-prod-consumer-${name}`]);
    // A preview has to see what it compares with.
    expect(spared(prod, name, "OnlyItsFunctionAndDeploymentsLook")).toEqual(
      expect.arrayContaining([`srs-prod-consumer-${name}`, "srs-prod-ci-data-plan"]),
    );
  });

  it("are five, each with a policy of its own beside the stream's", () => {
    const names = (type: string) =>
      prod
        .ofType(type)
        .map(({ name }) => name)
        .toSorted();
    expect(names("aws:kinesis/streamConsumer:StreamConsumer")).toEqual(CONSUMERS);
    expect(names(POLICY)).toEqual([...CONSUMERS, "student-events"].toSorted());
  });

  it("of a pull request's stack may be looked at by dev's deployments", () => {
    expect(spared(pr123, "projector", "OnlyItsFunctionAndDeploymentsLook")).toEqual(
      expect.arrayContaining(["srs-pr123-consumer-projector", "srs-dev-ci-data-apply"]),
    );
  });
});

describe("dead-letter queues", () => {
  const queues = [...CONSUMERS, "alarms"].toSorted();

  it("are one for each consumer and one for notices, and each is published", () => {
    expect(
      prod
        .ofType("aws:sqs/queue:Queue")
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(queues);
    const published = Object.values(prod.contract.deadLetterQueues as Record<string, { arn: string; url: string }>);
    expect(published.map(({ arn }) => arn.split(":").at(-1)).toSorted()).toEqual(
      queues.map((name) => `srs-prod-${name}-dlq`).toSorted(),
    );
  });

  it.each(queues)("%s keeps what it holds for 14 days under the key of events, hidden for six tries", (name) => {
    expect(prod.get("aws:sqs/queue:Queue", name).inputs).toMatchObject({
      kmsMasterKeyId: kmsKeyArns.events,
      kmsDataKeyReusePeriodSeconds: 300,
      messageRetentionSeconds: 1_209_600,
      visibilityTimeoutSeconds: 180,
    });
  });

  it.each(queues)("%s takes nothing without TLS, from another account, or from another queue", (name) => {
    const policy = statements(prod).filter(
      ({ resource }) => resource.type === "aws:sqs/queuePolicy:QueuePolicy" && resource.name === name,
    );
    const denied = policy.filter(({ Effect }) => Effect === "Deny").map(({ Sid }) => Sid);
    expect(denied).toEqual(["DenyInsecureTransport", "DenyOtherAccounts"]);
    const { redriveAllowPolicy } = prod.get("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", name).inputs;
    expect(JSON.parse(redriveAllowPolicy)).toEqual({ redrivePermission: "denyAll" });
  });

  it("let rules of this environment in where notices wait, and no service where events do", () => {
    const admitted = statements(prod).filter(
      ({ resource, Effect }) => resource.type === "aws:sqs/queuePolicy:QueuePolicy" && Effect === "Allow",
    );
    expect(admitted.map(({ resource }) => resource.name)).toEqual(["alarms"]);
    expect(admitted[0]?.Condition?.ArnLike?.["aws:SourceArn"]).toMatch(
      /^arn:aws:events:us-east-1:[0-9]{12}:rule\/srs-prod-\*$/,
    );
  });
});
