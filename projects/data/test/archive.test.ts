import fc from "fast-check";
import { fixtures, recordStack, statements, type RecordedStatement, type Recording } from "@records/testing";
import { archiveStatements } from "../src/archive.ts";
import { ARCHIVED_DAYS, archiveLifecycle, classPrefix } from "../src/archive-retention.ts";

const CONTRACTS = { security: fixtures.security, network: fixtures.network };
const SATELLITE = (name: string) => `aws:s3/${name}:${name.replace(/^b/, "B")}`;
let prod: Recording;
let dev: Recording;
beforeAll(async () => {
  [prod, dev] = await Promise.all([
    recordStack("projects/data", CONTRACTS, { stack: "prod" }),
    recordStack("projects/data", CONTRACTS, { stack: "dev" }),
  ]);
}, 60_000);

const policy = (stack: Recording): readonly RecordedStatement[] =>
  statements(stack).filter(({ resource }) => resource.type === "aws:s3/bucketPolicy:BucketPolicy");
const named = (sid: string): RecordedStatement => {
  const found = policy(prod).find(({ Sid }) => Sid === sid);
  if (!found) throw new Error(`The archive's policy has no statement ${sid}.`);
  return found;
};

describe("the archive", () => {
  it("is one bucket, private, versioned, under the key of events, its readers logged", () => {
    expect(prod.ofType("aws:s3/bucket:Bucket").map(({ name }) => name)).toEqual(["archive"]);
    expect(prod.get(SATELLITE("bucketPublicAccessBlock"), "archive").inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(prod.get(SATELLITE("bucketVersioning"), "archive").inputs.versioningConfiguration.status).toBe("Enabled");
    expect(prod.get(SATELLITE("bucketServerSideEncryptionConfiguration"), "archive").inputs.rules).toEqual([
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: fixtures.security.kmsKeyArns.events,
        },
        bucketKeyEnabled: true,
      },
    ]);
    expect(prod.get(SATELLITE("bucketLogging"), "archive").inputs.targetBucket).toBe(
      fixtures.security.accessLogBucket.name,
    );
  });

  it("has no lock: what is destroyed by its key may go, and nothing here outlives its class", () => {
    for (const stack of [prod, dev]) {
      expect(stack.get("aws:s3/bucket:Bucket", "archive").inputs.objectLockEnabled).toBe(false);
      expect(stack.ofType(SATELLITE("bucketObjectLockConfiguration"))).toEqual([]);
    }
  });

  it("is written by the archiver and read for a replay, through the network's own way to S3", () => {
    const through = { StringEquals: { "aws:SourceVpce": fixtures.network.endpointIds.s3 } };
    expect(named("ArchiverWrites")).toMatchObject({
      Effect: "Allow",
      Action: "s3:PutObject",
      Condition: { ...through, ArnLike: { "aws:PrincipalArn": expect.stringMatching(/srs-prod-consumer-archiver$/) } },
    });
    expect(named("ReplayReads")).toMatchObject({
      Effect: "Allow",
      Action: "s3:GetObject",
      Condition: { ...through, ArnLike: { "aws:PrincipalArn": expect.stringMatching(/:role\/srs-replay$/) } },
    });
  });

  it("is written and read by nobody else, and by no other way: only backups come from AWS's side", () => {
    const spared = (sid: string) =>
      ([named(sid).Condition?.ArnNotLike?.["aws:PrincipalArn"] ?? []].flat() as string[]).map((arn) =>
        arn.replace(/^.*:role\//, ""),
      );
    expect(spared("DenyWritingToOthers")).toEqual(["srs-prod-consumer-archiver", "srs-prod-backup"]);
    expect(spared("DenyReadingToOthers")).toEqual(["srs-replay", "srs-prod-backup"]);
    expect(spared("DenyOtherWays")).toEqual(["srs-prod-backup"]);
    expect(named("DenyOtherWays").Condition?.StringNotEquals).toEqual({
      "aws:SourceVpce": fixtures.network.endpointIds.s3,
    });
    expect(named("DenyReadingToOthers").actions).toContain("s3:GetObjectVersion");
  });

  it("allows nothing but that", () => {
    const place = { accountId: "0", applyRole: () => "apply", roleArn: () => "arn" };
    const allowed = archiveStatements(place, { bucketArn: "b", keyArn: "k", endpointId: "e" }).filter(
      ({ Effect }) => Effect === "Allow",
    );
    expect(allowed.map(({ Action }) => Action)).toEqual(["s3:PutObject", "s3:GetObject"]);
  });

  it("says why it cannot be made where the network has no way to S3", async () => {
    const network = { ...fixtures.network, endpointIds: {} };
    await expect(recordStack("projects/data", { ...CONTRACTS, network })).rejects.toThrow("no endpoint of S3");
  }, 30_000);
});

describe("the lifecycle of archived events", () => {
  const rules = archiveLifecycle as { id: string; filter: { prefix: string }; expiration?: { days: number } }[];

  it("ends each class that ends by itself, and no other", () => {
    const ends = rules.filter(({ expiration }) => expiration !== undefined);
    expect(ends.map(({ filter }) => filter.prefix)).toEqual(Object.keys(ARCHIVED_DAYS).map(classPrefix));
    // Kept for ever, or until somebody decides: grades and degrees, restricted fields, holds, consents, access files.
    for (const kept of ["R1", "R2", "R5", "R7", "R8", "R9"]) expect(ARCHIVED_DAYS).not.toHaveProperty(kept);
  });

  it("never ends the events of one class with those of another", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(ARCHIVED_DAYS)), fc.integer({ min: 1, max: 11 }), (ended, number) => {
        const other = `R${number}`;
        const matched = `${classPrefix(other)}day=2026-01-01/lane=0`.startsWith(classPrefix(ended));
        expect(matched).toBe(other === ended);
      }),
    );
  });

  it.each([
    ["R3", 2],
    ["R4", 5],
    ["R6", 3],
  ] as const)(
    "keeps class %s for the %i years of its period at least, counted from the end of the term",
    (name, years) => {
      expect(ARCHIVED_DAYS[name]).toBeGreaterThanOrEqual((years + 1) * 365);
    },
  );
});
