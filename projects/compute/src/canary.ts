import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "@records/components";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { canaryOf } from "./alarms/watching.ts";
import { canaryPackage } from "./canary-package.ts";
import { readSecrets, useKey } from "./grants.ts";
import { applicationLogGroupNamed } from "./log-group.ts";
import { ServiceRole } from "./service-role.ts";

/** The canary's own client, among the campus systems: it has no other rights than they could have. */
export const CANARY_CLIENT = "canary";
const RUNTIME = "syn-nodejs-puppeteer-15.1";
const KEPT_DAYS = 31;

export interface CanaryArgs {
  readonly baseUrl: pulumi.Input<string>;
  readonly issuer: pulumi.Input<string>;
  /** By campus system; known once the credentials are there. */
  readonly clientSecretArns: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Calls the API as a campus system does, from outside, every few minutes: the first to notice, and what keeps the private link awake. */
export class Canary extends pulumi.ComponentResource {
  /** Undefined where the sizing table gives no rhythm: nothing runs, and nothing is made. */
  readonly canaryName: pulumi.Output<string> | undefined;

  constructor(name: string, config: Config, args: CanaryArgs) {
    super("srs:compute:Canary", name);
    const watched = canaryOf(config);
    if (watched !== undefined) {
      const bucket = this.artifacts(config);
      const secretArn = secretOf(args);
      const role = canaryRole(config, { canaryName: watched.name, bucket, secretArn }, this);
      this.canaryName = this.canary(config, args, { canaryName: watched.name, bucket, secretArn, role }).name;
    }
    this.registerOutputs({ name: this.canaryName });
  }

  /** What a run leaves: reports and timings, for a month. */
  private artifacts({ settings, security }: Config): PrivateBucket["bucket"] {
    return new PrivateBucket(
      "canary",
      {
        bucket: settings.bucketName("canary"),
        keyArn: security.kmsKeyArns.compute,
        lifecycle: [
          {
            id: "end",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: KEPT_DAYS },
            noncurrentVersionExpiration: { noncurrentDays: 1 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
        statements: () => [],
        accessLogBucket: security.accessLogBucket.name,
        classification: "internal",
        retention: "transient-30d",
        sizing: settings.sizing,
      },
      { parent: this },
    ).bucket;
  }

  private canary(config: Config, args: CanaryArgs, made: CanaryParts & { role: ServiceRole }): aws.synthetics.Canary {
    const { settings, security, artifacts, canaryStudentId } = config;
    const { compute } = security.kmsKeyArns;
    const canary = new aws.synthetics.Canary(
      "api",
      {
        name: made.canaryName,
        runtimeVersion: RUNTIME,
        handler: "canary.handler",
        zipFile: canaryPackage(artifacts.canaryFolder),
        executionRoleArn: made.role.arn,
        artifactS3Location: pulumi.interpolate`s3://${made.bucket.name}/api`,
        artifactConfig: { s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: compute } },
        kmsKeyArn: compute,
        schedule: { expression: settings.sizing.canarySchedule!, durationInSeconds: 0 },
        runConfig: {
          timeoutInSeconds: 30,
          memoryInMb: 960,
          activeTracing: false,
          environmentVariables: {
            API_BASE_URL: args.baseUrl,
            TOKEN_ISSUER: args.issuer,
            CLIENT_SECRET_ARN: made.secretArn,
            STUDENT_ID: canaryStudentId,
          },
        },
        startCanary: true,
        deleteLambda: true,
        successRetentionPeriod: KEPT_DAYS,
        failureRetentionPeriod: KEPT_DAYS,
        tags: tagsFor({ classification: "internal", retention: "transient-30d" }),
      },
      { parent: this, dependsOn: [...made.role.grants] },
    );
    // The name has an id of Synthetics' own, so the group comes after the canary, which may not make one itself: what
    // its first run would write before that is not kept.
    const group = canary.engineArn.apply((arn) => `/aws/lambda/${arn.split(":")[6]}`);
    applicationLogGroupNamed(config, group, "canary", { parent: this });
    return canary;
  }
}

interface CanaryParts {
  readonly canaryName: string;
  readonly bucket: PrivateBucket["bucket"];
  readonly secretArn: pulumi.Output<string>;
}

function secretOf({ clientSecretArns }: CanaryArgs): pulumi.Output<string> {
  const arn = clientSecretArns[CANARY_CLIENT];
  if (arn !== undefined) return arn;
  throw new Error(
    `The sizing table gives the canary a schedule, and it has no client. Add the campus system "${CANARY_CLIENT}" to ` +
      "campusSystems of srs-data and srs-compute, with the scopes students.read and students.write.",
  );
}

/** Reads its own credentials, writes its reports and its log. It reaches the API as everybody does: not by a permission of this role. */
function canaryRole(
  config: Config,
  { canaryName, bucket, secretArn }: CanaryParts,
  parent: pulumi.Resource,
): ServiceRole {
  const { settings, security } = config;
  return new ServiceRole(
    config,
    {
      role: "canary",
      service: "lambda",
      statements: [
        ...readSecrets(config, [secretArn]),
        { Sid: "KeepReports", Action: ["s3:PutObject"], Resource: pulumi.interpolate`${bucket.arn}/*` },
        { Sid: "FindBucket", Action: ["s3:GetBucketLocation"], Resource: bucket.arn },
        // Synthetics looks for its bucket among all: S3 knows no resource for that.
        { Sid: "ListBuckets", Action: ["s3:ListAllMyBuckets"], Resource: "*" },
        useKey(config, "EncryptReports", ["kms:GenerateDataKey", "kms:Decrypt"], security.kmsKeyArns.compute, "s3"),
        {
          Sid: "WriteLog",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: settings.arn("logs", `log-group:/aws/lambda/cwsyn-${canaryName}-*`),
        },
        {
          Sid: "ReportResults",
          Action: ["cloudwatch:PutMetricData"],
          Resource: "*",
          Condition: { StringEquals: { "cloudwatch:namespace": "CloudWatchSynthetics" } },
        },
      ],
    },
    { parent },
  );
}
