/** The function as Lambda runs it, in a process of its own, against real TLS to the database and the AWS SDK's real calls. */
import { execFile } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createRoles, startPostgres, type Postgres } from "@records/testing/databases";
import pg from "pg";
import { generate } from "selfsigned";
import { startAws, type Aws } from "../../../api/test/moto.ts";
import { migrate } from "../../../database/src/migration/migrate.ts";
import { verifyExport, type ExportedStore } from "../../src/audit-export/verify.ts";
import { append } from "../audit-export/world.ts";

jest.setTimeout(60_000);

const BUCKET = "audit-of-the-test";
const run = promisify(execFile);
const RUN = `
const { handler } = await import(process.argv[1]);
const report = await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 600_000 });
console.error(JSON.stringify(report));`;

describe("the audit exporter's function", () => {
  let aws: Aws;
  let postgres: Postgres;
  let folder: string;
  let s3: S3Client;
  let app: pg.Client;
  let variables: Record<string, string>;

  beforeAll(async () => {
    const names = [{ type: 7 as const, ip: "127.0.0.1" }];
    const made = await generate([{ name: "commonName", value: "127.0.0.1" }], {
      extensions: [{ name: "subjectAltName", altNames: names }],
    });
    const tls = { key: made.private, cert: made.cert };
    [aws, postgres] = await Promise.all([startAws(), startPostgres({ tls })]);
    folder = await mkdtemp(join(tmpdir(), "audit-exporter-"));
    await writeFile(join(folder, "ca.pem"), tls.cert);
    const admin = await postgres.admin();
    await createRoles(admin);
    await admin.end();
    await postgres.createDatabase("records", { owner: "srs_owner" });
    const connected = async (user: string) => {
      const ssl = { ca: tls.cert, host: "127.0.0.1" };
      const client = new pg.Client({ ...postgres.login("records", user), ssl });
      await client.connect();
      return client;
    };
    const owner = await connected("srs_owner");
    await migrate(owner, join(import.meta.dirname, "../../../database/migrations"));
    await owner.end();
    app = await connected("srs_app_a");

    s3 = new S3Client({ ...aws.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
    const kms = new KMSClient(aws.client);
    const key = async (settings: object) => (await kms.send(new CreateKeyCommand(settings))).KeyMetadata!.Arn!;
    const secrets = new SecretsManagerClient(aws.client);
    const secret = async (name: string, value: object) =>
      (await secrets.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }))).ARN!;
    const { password } = postgres.login("records", "srs_app_a");
    variables = {
      ...aws.variables,
      ...{ PATH: process.env.PATH!, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), ENVIRONMENT: "local" },
      ...{ DATABASE_HOST: "127.0.0.1", DATABASE_PORT: String(postgres.port), DATABASE_NAME: "records" },
      DATABASE_SECRET_ARN_A: await secret("db/app-a", { username: "srs_app_a", password }),
      // The later one is wrong, as in the middle of a rotation.
      DATABASE_SECRET_ARN_B: await secret("db/app-b", { username: "srs_app_b", password: "planted-wrong-password" }),
      AUDIT_BUCKET: BUCKET,
      AUDIT_KEY_ARN: await key({}),
      SIGNING_KEY_ARN: await key({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    };
    secrets.destroy();
    kms.destroy();
  }, 90_000);
  afterAll(async () => {
    await app?.end();
    s3?.destroy();
    await Promise.all([aws?.stop(), postgres?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  async function invoke(event: object): Promise<Record<string, unknown>> {
    const file = join(import.meta.dirname, "../../src/handlers/audit-exporter.ts");
    const args = ["--input-type=module", "--no-warnings", "-e", RUN, file, JSON.stringify(event)];
    const { stderr } = await run(process.execPath, args, { env: variables });
    return JSON.parse(stderr) as Record<string, unknown>;
  }
  const read = async (Key: string): Promise<Buffer> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return Buffer.from(await Body!.transformToByteArray());
  };
  /** As an auditor reads it. */
  async function asAuditor(): Promise<ExportedStore> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    const keys = Contents.map(({ Key }) => Key!);
    const texts = async (matches: (key: string) => boolean) =>
      Promise.all(keys.filter(matches).map(async (key) => (await read(key)).toString("utf8")));
    const [pem] = await texts((key) => key.startsWith("anchors/keys/"));
    return {
      manifests: await texts((key) => key.startsWith("audit/manifests/")),
      anchors: await texts((key) => key.endsWith(".jws")),
      read: async (key) => (keys.includes(key) ? read(key) : undefined),
      publicKeyOf: (keyId) => (keyId === variables.SIGNING_KEY_ARN ? createPublicKey(pem!) : undefined),
    };
  }

  it("exports every hour and signs every day what an auditor can verify from the store alone", async () => {
    await append(app, 3);
    expect(await invoke({ operation: "export" })).toEqual({ exports: 1, entries: 3, complete: true });
    await append(app, 2);
    const anchored = await invoke({ operation: "anchor" });
    expect(anchored).toMatchObject({ entries: 2, anchored: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) });
    expect(await invoke({ operation: "anchor" })).toMatchObject({ anchored: anchored.anchored });
    expect(await verifyExport(await asAuditor())).toMatchObject({ entries: 5, anchors: 1, faults: [] });
  });

  it("is found out when somebody changes what it has written", async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "audit/2" }));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: Contents[0]!.Key, Body: "changed" }));
    const { faults } = await verifyExport(await asAuditor());
    expect(faults).toEqual([expect.stringMatching(/^export 1: .* cannot be unpacked/)]);
  });

  it("refuses an operation that it does not know", async () => {
    await expect(invoke({ operation: "delete" })).rejects.toThrow("is unknown to the audit exporter");
  });
});
