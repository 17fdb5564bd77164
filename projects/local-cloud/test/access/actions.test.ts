import { CALL_READERS } from "../../src/access/actions/index.ts";
import type { Call, Use } from "../../src/access/index.ts";
import { arnOf, form, json, KEY_ARN, KEY_ID, Recorded, rest } from "./calls.ts";

const QUEUE = arnOf("sqs", "parked");
const STREAM = arnOf("kinesis", "stream/events");
const CONSUMER = `${STREAM}/consumer/reader:1700000000`;
const SECRET = arnOf("secretsmanager", "secret:app/login-AbCdEf");
const MASTER = arnOf("secretsmanager", "secret:rds!cluster-1-AbCdEf");
const TOPIC = arnOf("sns", "alerts");
const ROTATION = arnOf("lambda", "function:rotation");

let recorded: Recorded;
beforeAll(async () => {
  recorded = new Recorded();
  const key = KEY_ARN;
  await recorded.putKey({});
  await recorded.put("sqs/queue:Queue", "http://queues/parked", { kmsMasterKeyId: key }, QUEUE);
  await recorded.put("kinesis/stream:Stream", STREAM, { kmsKeyId: key }, STREAM);
  await recorded.put("kinesis/streamConsumer:StreamConsumer", CONSUMER, {}, CONSUMER);
  await recorded.put("sns/topic:Topic", TOPIC, { kmsMasterKeyId: "alias/records" }, TOPIC);
  await recorded.put("secretsmanager/secret:Secret", SECRET, { name: "app/login", kmsKeyId: key }, SECRET);
  const rotation = { secretId: SECRET, rotationLambdaArn: ROTATION };
  await recorded.put("secretsmanager/secretRotation:SecretRotation", SECRET, rotation);
  const masterUserSecrets = [{ secretArn: MASTER, kmsKeyId: key }];
  await recorded.put("rds/cluster:Cluster", "records", {}, arnOf("rds", "cluster:records"), { masterUserSecrets });
  const byKey = { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key } };
  const token = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  await recorded.put(token, "archive", { bucket: "archive", rules: [{ ...byKey, bucketKeyEnabled: true }] });
});

const usesOf = (call: Call): readonly Use[] | undefined => CALL_READERS[call.service]?.(call, recorded.view);
/** `action resource`, with the service that acts for the caller. */
const lines = (call: Call): readonly string[] | undefined =>
  usesOf(call)?.map(({ action, resource, via }) => `${action} ${resource}${via === undefined ? "" : ` via ${via}`}`);

const key = (action: string, via: string): string => `kms:${action} ${KEY_ARN} via ${via}`;
const group = (name: string, stream = ""): string => arnOf("logs", `log-group:${name}:log-stream:${stream}`);

describe("what a call uses", () => {
  const ciphertext = Buffer.concat([Buffer.from(KEY_ID), Buffer.alloc(40)]).toString("base64");
  const cases: readonly (readonly [string, Call, readonly string[]])[] = [
    ["a key by its id", json("kms", "GenerateDataKey", { KeyId: KEY_ID }), [`kms:GenerateDataKey ${KEY_ARN}`]],
    ["a key by its alias", json("kms", "Sign", { KeyId: "alias/records" }), [`kms:Sign ${KEY_ARN}`]],
    [
      "the key that a ciphertext names",
      json("kms", "Decrypt", { CiphertextBlob: ciphertext }),
      [`kms:Decrypt ${KEY_ARN}`],
    ],
    [
      "two keys",
      json("kms", "ReEncrypt", { CiphertextBlob: ciphertext, DestinationKeyId: KEY_ID }),
      [`kms:ReEncryptFrom ${KEY_ARN}`, `kms:ReEncryptTo ${KEY_ARN}`],
    ],
    [
      "a secret and its key",
      json("secretsmanager", "GetSecretValue", { SecretId: "app/login" }),
      [`secretsmanager:GetSecretValue ${SECRET}`, key("Decrypt", "secretsmanager")],
    ],
    [
      "a secret that RDS keeps",
      json("secretsmanager", "GetSecretValue", { SecretId: MASTER }),
      [`secretsmanager:GetSecretValue ${MASTER}`, key("Decrypt", "secretsmanager")],
    ],
    [
      "a secret that is written",
      json("secretsmanager", "PutSecretValue", { SecretId: SECRET }),
      [
        `secretsmanager:PutSecretValue ${SECRET}`,
        key("GenerateDataKey", "secretsmanager"),
        key("Decrypt", "secretsmanager"),
      ],
    ],
    [
      "a secret's description, without its key",
      json("secretsmanager", "DescribeSecret", { SecretId: SECRET }),
      [`secretsmanager:DescribeSecret ${SECRET}`],
    ],
    [
      "records written",
      json("kinesis", "PutRecords", { StreamName: "events" }),
      [`kinesis:PutRecords ${STREAM}`, key("GenerateDataKey", "kinesis")],
    ],
    [
      "records read by an iterator alone",
      json("kinesis", "GetRecords", { ShardIterator: Buffer.from("events:shardId-0:7").toString("base64") }),
      [`kinesis:GetRecords ${STREAM}`, key("Decrypt", "kinesis")],
    ],
    [
      "a registered consumer",
      json("kinesis", "SubscribeToShard", { ConsumerARN: CONSUMER }),
      [`kinesis:SubscribeToShard ${CONSUMER}`, key("Decrypt", "kinesis")],
    ],
    [
      "a consumer by its ARN without its time",
      json("kinesis", "DescribeStreamConsumer", { ConsumerARN: CONSUMER.slice(0, -11) }),
      [`kinesis:DescribeStreamConsumer ${CONSUMER}`],
    ],
    [
      "a batch of messages",
      json("sqs", "SendMessageBatch", { QueueUrl: "http://queues/parked" }),
      [`sqs:SendMessage ${QUEUE}`, key("GenerateDataKey", "sqs"), key("Decrypt", "sqs")],
    ],
    [
      "a message deleted",
      form("sqs", "DeleteMessage", { QueueUrl: "http://queues/parked" }),
      [`sqs:DeleteMessage ${QUEUE}`],
    ],
    [
      "a notice under a key with an alias",
      form("sns", "Publish", { TopicArn: TOPIC }),
      [`sns:Publish ${TOPIC}`, key("GenerateDataKey", "sns"), key("Decrypt", "sns")],
    ],
    [
      "every bus that entries name",
      json("events", "PutEvents", { Entries: [{ Source: "app" }, { EventBusName: "other" }] }),
      [
        `events:PutEvents ${arnOf("events", "event-bus/default")}`,
        `events:PutEvents ${arnOf("events", "event-bus/other")}`,
      ],
    ],
    [
      "a log stream",
      json("logs", "PutLogEvents", { logGroupName: "/app", logStreamName: "a/b" }),
      [`logs:PutLogEvents ${group("/app", "a/b")}`],
    ],
    [
      "a log group, in the form that policies end in :* for",
      json("logs", "FilterLogEvents", { logGroupName: "/app" }),
      [`logs:FilterLogEvents ${group("/app")}`],
    ],
    [
      "metrics, which have no resource",
      json("monitoring", "PutMetricData", { Namespace: "app" }),
      ["cloudwatch:PutMetricData *"],
    ],
    ["traces", rest("xray", "POST", "/TraceSegments"), ["xray:PutTraceSegments *"]],
    [
      "a cache user",
      form("elasticache", "ModifyUser", { UserId: "api" }),
      [`elasticache:ModifyUser ${arnOf("elasticache", "user:api")}`],
    ],
    [
      "all cache users",
      form("elasticache", "DescribeUsers", {}),
      [`elasticache:DescribeUsers ${arnOf("elasticache", "user:*")}`],
    ],
    [
      "a cluster",
      form("rds", "DescribeDBClusters", { DBClusterIdentifier: "records" }),
      [`rds:DescribeDBClusters ${arnOf("rds", "cluster:records")}`],
    ],
    [
      "a user pool",
      json("cognito-idp", "DescribeUserPoolClient", { UserPoolId: "us-east-1_a" }),
      [`cognito-idp:DescribeUserPoolClient ${arnOf("cognito-idp", "userpool/us-east-1_a")}`],
    ],
    [
      "a path of API Gateway",
      rest("apigateway", "GET", "/apikeys/abc?includeValue=true"),
      ["apigateway:GET arn:aws:apigateway:us-east-1::/apikeys/abc"],
    ],
    [
      "an alias of a function",
      rest("lambda", "POST", "/2015-03-31/functions/rotation/invocations?Qualifier=live"),
      [`lambda:InvokeFunction ${ROTATION}:live`],
    ],
    [
      "an image's layers",
      json("ecr", "GetDownloadUrlForLayer", { repositoryName: "api" }),
      [`ecr:GetDownloadUrlForLayer ${arnOf("ecr", "repository/api")}`],
    ],
    ["nothing, to learn who one is", form("sts", "GetCallerIdentity", {}), []],
    [
      "an object under the bucket's key",
      rest("s3", "GET", "/archive/2026/a%20b"),
      ["s3:GetObject arn:aws:s3:::archive/2026/a b", key("Decrypt", "s3")],
    ],
    [
      "an object in a bucket of the host's name",
      rest("s3", "HEAD", "/a/b", { host: "plain.s3.us-east-1.amazonaws.com" }),
      ["s3:GetObject arn:aws:s3:::plain/a/b"],
    ],
    [
      "an upload with a lock",
      rest("s3", "PUT", "/archive/a", { "x-amz-object-lock-mode": "COMPLIANCE" }),
      [
        "s3:PutObject arn:aws:s3:::archive/a",
        "s3:PutObjectRetention arn:aws:s3:::archive/a",
        key("GenerateDataKey", "s3"),
      ],
    ],
    [
      "an upload in parts",
      rest("s3", "POST", "/archive/a?uploads"),
      ["s3:PutObject arn:aws:s3:::archive/a", key("GenerateDataKey", "s3"), key("Decrypt", "s3")],
    ],
    [
      "a copy, which reads too",
      rest("s3", "PUT", "/plain/b", { "x-amz-copy-source": "/archive/a" }),
      ["s3:PutObject arn:aws:s3:::plain/b", "s3:GetObject arn:aws:s3:::archive/a", key("Decrypt", "s3")],
    ],
    ["a list", rest("s3", "GET", "/archive?list-type=2&prefix=2026/"), ["s3:ListBucket arn:aws:s3:::archive"]],
    [
      "a setting of a bucket",
      rest("s3", "GET", "/archive?versioning"),
      ["s3:GetBucketVersioning arn:aws:s3:::archive"],
    ],
  ];

  it.each(cases)("is told of %s", (_, call, expected) => {
    expect(lines(call)).toEqual(expected);
  });

  it.each([
    ["an operation", json("kms", "ListGrants", {})],
    ["a setting that only the engine changes", rest("s3", "PUT", "/archive?versioning")],
    ["a batch whose keys are in its body", rest("s3", "POST", "/archive?delete")],
    ["a service", json("dynamodb", "GetItem", {})],
    ["a name that every object has", json("kms", "toString", {})],
  ])("is not guessed for %s that no table has", (_, call) => {
    expect(usesOf(call)).toBeUndefined();
  });
});

describe("the circumstances that policies may ask about", () => {
  const contextOf = (call: Call, index = 0) => usesOf(call)?.[index]?.context;

  it("hold a key's encryption context, alias and algorithm", () => {
    const input = { KeyId: "alias/records", EncryptionContext: { studentId: "s1", purpose: "ssn" } };
    expect(contextOf(json("kms", "GenerateDataKey", input))).toMatchObject({
      "kms:EncryptionContext:studentId": "s1",
      "kms:EncryptionContextKeys": ["studentId", "purpose"],
      "kms:RequestAlias": "alias/records",
      "kms:ResourceAliases": ["alias/records"],
    });
    const signature = contextOf(json("kms", "Sign", { KeyId: KEY_ID, SigningAlgorithm: "ECDSA_SHA_256" }));
    expect(signature).toMatchObject({ "kms:SigningAlgorithm": "ECDSA_SHA_256", "kms:MessageType": "RAW" });
  });

  it("name what a service encrypts for its caller", () => {
    const context = (call: Call) => contextOf(call, 1)?.["kms:EncryptionContextKeys"];
    expect(context(json("secretsmanager", "GetSecretValue", { SecretId: SECRET }))).toEqual(["SecretARN"]);
    expect(context(json("kinesis", "PutRecords", { StreamName: "events" }))).toEqual(["aws:kinesis:arn"]);
    expect(contextOf(rest("s3", "GET", "/archive/a"), 1)).toMatchObject({
      "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::archive", // one key for the bucket
    });
  });

  it("hold which function rotates a secret", () => {
    expect(contextOf(json("secretsmanager", "PutSecretValue", { SecretId: SECRET }))).toMatchObject({
      "secretsmanager:resource/AllowRotationLambdaArn": ROTATION,
    });
  });

  it("hold the headers of an upload", () => {
    const headers = { "x-amz-server-side-encryption": "aws:kms", "x-amz-object-lock-mode": "COMPLIANCE" };
    expect(contextOf(rest("s3", "PUT", "/archive/a", headers))).toMatchObject({
      "s3:x-amz-server-side-encryption": "aws:kms",
      "s3:object-lock-mode": "COMPLIANCE",
      "s3:TlsVersion": "1.3",
    });
  });
});
