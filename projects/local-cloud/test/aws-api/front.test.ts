import { CloudWatchLogsClient, DescribeAccountPoliciesCommand } from "@aws-sdk/client-cloudwatch-logs";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { CreateKeyCommand, KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { AwsApi } from "../../src/aws-api/index.ts";
import type { Service } from "../../src/cloud.ts";
import { putRole } from "../support/delivery.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

/** A service of its own that answers one call and passes every other on. */
const ownListStreams = (): Service => ({
  name: "own-kinesis",
  resources: [],
  api: {
    service: "kinesis",
    async handle({ action, principalArn }) {
      if (action !== "ListStreams") return undefined;
      return { status: 200, body: JSON.stringify({ StreamNames: [principalArn], HasMoreStreams: false }) };
    },
  },
});

describe("the AWS API", () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud([ownListStreams]);
    await putRole(cloud, "api-task", {}, { Effect: "Allow", Action: "kinesis:ListStreams", Resource: "*" });
  });
  afterAll(() => cloud.close());

  const role = "arn:aws:iam::000000000000:role/api-task";

  it("carries a signed call to moto, in this cloud's account", async () => {
    const { KeyMetadata } = await new KMSClient(cloud.sdk).send(new CreateKeyCommand({}));
    expect(KeyMetadata?.Arn).toMatch(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/);
  });

  it("refuses an access key that nobody was given", async () => {
    const credentials = { accessKeyId: "AKIAUNKNOWNUNKNOWN00", secretAccessKey: "unknown" };
    const call = new KMSClient({ ...cloud.sdk, credentials }).send(new CreateKeyCommand({}));
    await expect(call).rejects.toMatchObject({ name: "UnrecognizedClientException" });
  });

  it("refuses a known access key with another secret", async () => {
    const credentials = { ...cloud.sdk.credentials, secretAccessKey: "guessed" };
    const call = new KMSClient({ ...cloud.sdk, credentials }).send(new CreateKeyCommand({}));
    await expect(call).rejects.toMatchObject({ name: "InvalidSignatureException" });
    const s3 = new S3Client({ ...cloud.sdk, credentials });
    await expect(s3.send(new CreateBucketCommand({ Bucket: "never-made" }))).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
  });

  it("refuses a role's access key without its session token", async () => {
    const credentials = { ...cloud.credentials.issue(role), sessionToken: undefined };
    const call = new KMSClient({ ...cloud.sdk, credentials }).send(new CreateKeyCommand({}));
    await expect(call).rejects.toMatchObject({ name: "UnrecognizedClientException" });
  });

  it("refuses a call that is not signed", async () => {
    const reply = await fetch(cloud.awsEndpointUrl, {
      method: "POST",
      headers: { "x-amz-target": "TrentService.ListKeys" },
    });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  });

  it("says that nobody serves a call, instead of pretending", async () => {
    const call = new CloudWatchLogsClient(cloud.sdk).send(
      new DescribeAccountPoliciesCommand({ policyType: "TRANSFORMER_POLICY" }),
    );
    await expect(call).rejects.toMatchObject({ name: "NotImplemented" });
  });

  it("streams an object in and out unchanged", async () => {
    const s3 = new S3Client(cloud.sdk);
    const object = { Bucket: "streamed", Key: "a folder/with (signs)+and spaces~.bin" };
    const content = Buffer.alloc(3_000_000, "0123456789");
    await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await s3.send(new PutObjectCommand({ ...object, Body: content }));
    const { Body } = await s3.send(new GetObjectCommand(object));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
  });

  it("gives queues an address that leads back here", async () => {
    const { QueueUrl } = await new SQSClient(cloud.sdk).send(new CreateQueueCommand({ QueueName: "parked" }));
    expect(QueueUrl).toBe(`${cloud.awsEndpointUrl}/000000000000/parked`);
  });

  it("asks a service's own handler first, over HTTP/2 too, and tells it who calls", async () => {
    const kinesis = new KinesisClient({ ...cloud.sdk, credentials: cloud.credentials.issue(role) });
    expect(await kinesis.send(new ListStreamsCommand({}))).toMatchObject({ StreamNames: [role] });
    kinesis.destroy();
  });

  it("refuses a role what its policies do not allow, in the words of AWS, and lets the operator do all", async () => {
    const kms = new KMSClient({ ...cloud.sdk, credentials: cloud.credentials.issue(role) });
    await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message:
        "User: arn:aws:sts::000000000000:assumed-role/api-task/local-cloud is not authorized to perform: kms:CreateKey " +
        "on resource: * because no identity-based policy allows the kms:CreateKey action (inline policy own)",
    });
    const s3 = new S3Client({ ...cloud.sdk, credentials: cloud.credentials.issue(role) });
    const read = s3.send(new GetObjectCommand({ Bucket: "streamed", Key: "any" }));
    await expect(read).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("s3:GetObject"),
    });
  });

  it("refuses a role the calls whose permissions nobody wrote down, and says where they belong", async () => {
    const kms = new KMSClient({ ...cloud.sdk, credentials: cloud.credentials.issue(role) });
    await expect(kms.send(new ListGrantsCommand({ KeyId: "any" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("Add a row to projects/local-cloud/src/access/actions/kms.ts"),
    });
  });

  it("hands a container its role's credentials, and nobody else any", async () => {
    const url = cloud.service<AwsApi>("aws-api").containerCredentialsUrl(role);
    const given = (await (await fetch(url)).json()) as { AccessKeyId: string };
    expect(cloud.credentials.find(given.AccessKeyId)).toMatchObject({ principalArn: role });
    expect((await fetch(url.slice(0, -2))).status).toBe(404);
  });
});
