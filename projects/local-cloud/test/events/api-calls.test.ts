import { DisableKeyCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { DeleteBucketPolicyCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { AnsweredCall } from "../../src/cloud.ts";
import { eventOfCall } from "../../src/services/events/api-call-event.ts";
import { policyOf, put } from "../support/delivery.ts";
import { EventWorld } from "./world.ts";

// The first call waits for moto, which takes a while on a busy machine.
jest.setTimeout(60_000);

const ROLE = "arn:aws:iam::000000000000:role/srs/somebody";

describe("calls of the account's API", () => {
  let world: EventWorld;
  beforeAll(async () => {
    world = await EventWorld.start();
  });
  afterAll(() => world.cloud.close());

  it("raise the event that CloudTrail makes of them when a person disables a key, and none when it is used", async () => {
    const queue = await world.queue("calls");
    const eventName = ["DisableKey", "Encrypt"];
    await world.rule("calls", { arn: queue.outputs.arn as string }, { source: ["aws.kms"], detail: { eventName } });
    const kms = new KMSClient({ ...world.cloud.sdk, credentials: world.cloud.credentials.issue(ROLE) });
    const may = { Effect: "Allow", Action: ["kms:Encrypt", "kms:DisableKey"], Resource: "*" };
    await put(world.cloud, "aws:iam/role:Role", "somebody", { name: "somebody" }, ROLE);
    await put(world.cloud, "aws:iam/rolePolicy:RolePolicy", "own", { role: "somebody", policy: policyOf(may) });
    const { id: KeyId } = await world.resources.create("aws:kms/key:Key", "watched", {});
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("planted-plaintext") }));
    // The provider's own call: the engine's doing, and no alarm.
    await world.resources.create("aws:kms/key:Key", "disabled", { isEnabled: false });
    await kms.send(new DisableKeyCommand({ KeyId }));

    const event = JSON.parse((await world.next(queue)).Body!) as Record<string, unknown>;
    expect(event).toMatchObject({
      ...{ source: "aws.kms", "detail-type": "AWS API Call via CloudTrail" },
      detail: {
        ...{ eventSource: "kms.amazonaws.com", eventName: "DisableKey", readOnly: false },
        ...{ requestParameters: { keyId: KeyId }, recipientAccountId: "000000000000" },
        userIdentity: { type: "AssumedRole", sessionContext: { sessionIssuer: { arn: ROLE, userName: "somebody" } } },
      },
    });
  });

  it("raise an event when a bucket's policy changes, and none for an object", async () => {
    const queue = await world.queue("buckets");
    const detail = { requestParameters: { bucketName: ["watched"] } };
    await world.rule("buckets", { arn: queue.outputs.arn as string }, { source: ["aws.s3"], detail });
    await world.resources.create("aws:s3/bucket:Bucket", "watched", { bucket: "watched" });
    const s3 = new S3Client({ ...world.cloud.sdk, forcePathStyle: true });
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::watched/*" };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await s3.send(new PutObjectCommand({ Bucket: "watched", Key: "a/b", Body: "content" }));
    await s3.send(new PutBucketPolicyCommand({ Bucket: "watched", Policy }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: "watched" }));
    const names = [await world.next(queue), await world.next(queue)].map(
      ({ Body }) => (JSON.parse(Body!) as { detail: { eventName: string } }).detail.eventName,
    );
    expect(names.toSorted()).toEqual(["DeleteBucketPolicy", "PutBucketPolicy"]);
  });
});

describe("the names of calls", () => {
  const call = (parts: Partial<AnsweredCall>): AnsweredCall => ({
    ...{ service: "s3", action: "", principalArn: ROLE, method: "PUT", path: "/", headers: {}, body: undefined },
    ...parts,
  });
  const nameOf = (parts: Partial<AnsweredCall>) => eventOfCall(call(parts), new Date(0))?.detail.eventName;

  it.each([
    ["PUT", "/bucket", "CreateBucket"],
    ["DELETE", "/bucket", "DeleteBucket"],
    ["PUT", "/bucket/?versioning", "PutBucketVersioning"],
    ["PUT", "/bucket?object-lock=", "PutBucketObjectLockConfiguration"],
    ["DELETE", "/bucket?policy&x-id=DeleteBucketPolicy", "DeleteBucketPolicy"],
    ["PUT", "/bucket?lifecycle", "PutBucketLifecycle"],
    ["GET", "/bucket?policy", undefined],
    ["PUT", "/bucket/key", undefined],
    ["PUT", "/bucket/key?policy", undefined],
    ["DELETE", "/bucket/a/b?versionId=1", undefined],
    ["GET", "/bucket?list-type=2", undefined],
    ["PUT", "/bucket?accelerate", undefined],
  ])("%s %s of S3: %s", (method, path, name) => {
    expect(nameOf({ method, path })).toBe(name);
  });

  it.each([
    ["kms", "PutKeyPolicy", "PutKeyPolicy"],
    ["kms", "GenerateDataKeyWithoutPlaintext", undefined],
    ["kms", "Decrypt", undefined],
    ["sqs", "SendMessage", undefined],
    ["secretsmanager", "PutSecretValue", undefined],
  ])("%s %s: %s", (service, action, name) => {
    expect(nameOf({ service, action, method: "POST", body: Buffer.from("{}") })).toBe(name);
  });
});
