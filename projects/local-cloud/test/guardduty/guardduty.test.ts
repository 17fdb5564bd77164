import { guarddutyService } from "../../src/services/guardduty/index.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { allow, KEY_ARN, putBucket, putKey } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";
import type { MadeResource } from "../support/resources.ts";

const DETECTOR = "aws:guardduty/detector:Detector";
const FEATURE = "aws:guardduty/detectorFeature:DetectorFeature";
const DESTINATION = "aws:guardduty/publishingDestination:PublishingDestination";
const GUARDDUTY = "guardduty.amazonaws.com";

describe("GuardDuty", () => {
  const world = useRecordedAccount([guarddutyService]);
  let detector: MadeResource;
  beforeEach(async () => {
    detector = await world.resources.create(DETECTOR, "main", { enable: true });
  });
  const feature = (name: string, more: object = {}) =>
    world.resources.create(FEATURE, name, { detectorId: detector.id, name, status: "ENABLED", ...more });

  it("gives a detector its id and ARN, and holds one", async () => {
    expect(detector.id).toMatch(/^[0-9a-f]{32}$/);
    expect(detector.outputs).toMatchObject({
      accountId: "000000000000",
      arn: `arn:aws:guardduty:us-east-1:000000000000:detector/${detector.id}`,
    });
    await expect(world.resources.create(DETECTOR, "second", {})).rejects.toThrow(
      "BadRequestException: The request is rejected because a detector already exists for the current account.",
    );
    await world.resources.update(detector, { enable: false });
  });

  it("names a feature by its detector, and takes one of the two runtime monitorings", async () => {
    const runtime = await feature("RUNTIME_MONITORING", {
      additionalConfigurations: [{ name: "ECS_FARGATE_AGENT_MANAGEMENT", status: "ENABLED" }],
    });
    expect(runtime.id).toBe(`${detector.id}/RUNTIME_MONITORING`);
    await expect(feature("EKS_RUNTIME_MONITORING")).rejects.toThrow("cannot both be enabled");
    await feature("S3_DATA_EVENTS");
    await world.resources.update(runtime, { ...runtime.inputs, status: "DISABLED" });
    await feature("EKS_RUNTIME_MONITORING");
    await expect(world.resources.update(runtime, runtime.inputs)).rejects.toThrow("EKS_RUNTIME_MONITORING is.");
  });

  it.each([
    [DETECTOR, { findingPublishingFrequency: "HOURLY" }, "findingPublishingFrequency"],
    [FEATURE, { detectorId: "d", name: "S3_EVENTS", status: "ENABLED" }, "name"],
    [FEATURE, { detectorId: "d", name: "S3_DATA_EVENTS", status: "ON" }, "status"],
    [
      FEATURE,
      {
        detectorId: "d",
        name: "EKS_RUNTIME_MONITORING",
        status: "ENABLED",
        additionalConfigurations: [{ name: "ECS_FARGATE_AGENT_MANAGEMENT", status: "ENABLED" }],
      },
      "additionalConfigurations",
    ],
    [DESTINATION, { detectorId: "d", destinationArn: "audit", kmsKeyArn: KEY_ARN }, "destinationArn"],
    [DESTINATION, { detectorId: "d", destinationArn: "arn:aws:s3:::audit", kmsKeyArn: "alias/audit" }, "kmsKeyArn"],
  ])("refuses %s %j", async (token, inputs, property) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([
      { property, reason: expect.stringContaining("BadRequestException") },
    ]);
  });

  it("lets pass what is not known yet", async () => {
    const inputs = { detectorId: UNKNOWN, destinationArn: UNKNOWN, kmsKeyArn: UNKNOWN };
    expect(await world.resources.failuresOf(DESTINATION, inputs)).toEqual([]);
  });

  describe("exports findings", () => {
    const destination = () =>
      world.resources.create(DESTINATION, "findings", {
        detectorId: detector.id,
        destinationArn: "arn:aws:s3:::audit/findings",
        kmsKeyArn: KEY_ARN,
      });
    const ofDetector = () => ({ ArnLike: { "aws:SourceArn": detector.outputs.arn as string } });
    const bucketAllows = () => [
      allow(GUARDDUTY, "s3:GetBucketLocation", "arn:aws:s3:::audit", ofDetector()),
      allow(GUARDDUTY, "s3:PutObject", "arn:aws:s3:::audit/findings/*", ofDetector()),
    ];

    it("where bucket and key admit it", async () => {
      await putBucket(world.cloud, "audit", ...bucketAllows());
      await putKey(world.cloud, allow(GUARDDUTY, "kms:GenerateDataKey*", "*", ofDetector()));
      const { id, outputs } = await destination();
      expect(id).toBe(`${detector.id}:${outputs.destinationId as string}`);
      expect(outputs.arn).toBe(
        `arn:aws:guardduty:us-east-1:000000000000:detector/${detector.id}/publishingDestination/${outputs.destinationId as string}`,
      );
    });

    it("not where the bucket, its prefix or the key does not, and says which", async () => {
      await putBucket(world.cloud, "audit");
      await expect(destination()).rejects.toThrow(/BadRequestException: .* s3:GetBucketLocation/);
      const [location, write] = bucketAllows();
      await putBucket(world.cloud, "audit", location!, { ...write, Resource: "arn:aws:s3:::audit/other/*" });
      await expect(destination()).rejects.toThrow("s3:PutObject on resource: arn:aws:s3:::audit/findings/AWSLogs");
      await putBucket(world.cloud, "audit", ...bucketAllows());
      await putKey(world.cloud, allow("cloudtrail.amazonaws.com", "kms:GenerateDataKey*", "*"));
      await expect(destination()).rejects.toThrow("kms:GenerateDataKey");
    });

    it("not past a deny of other keys", async () => {
      const otherKey = { StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:::key/x" } };
      const deny = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "*", Condition: otherKey };
      await putBucket(world.cloud, "audit", ...bucketAllows(), deny);
      await expect(destination()).rejects.toThrow("explicit deny");
    });

    it("not of a detector that is not there", async () => {
      await expect(
        world.resources.create(DESTINATION, "x", {
          detectorId: "none",
          destinationArn: "arn:aws:s3:::audit",
          kmsKeyArn: KEY_ARN,
        }),
      ).rejects.toThrow("the input detectorId is not owned by the current account");
    });
  });
});
