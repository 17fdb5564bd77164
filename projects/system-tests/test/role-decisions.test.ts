/** What the platform's roles may do, decided by the documents of the four programs as the local cloud decides. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportOf, recordSystem, type RecordedSystem } from "@records/testing";
import { mounting } from "../../local-cloud/src/access/actions/elasticfilesystem.ts";
import { connectingTo } from "../../local-cloud/src/access/actions/rds-db.ts";
import { readingSecret } from "../../local-cloud/src/access/actions/secretsmanager.ts";
import { openAccess, type Access, type Call, type Use } from "../../local-cloud/src/access/index.ts";
import type { PassedEndpoint } from "../../local-cloud/src/network-path/network-paths.ts";
import { openAccount } from "../../local-cloud/src/runtime/account.ts";

const LAYERS = ["security", "network", "data", "compute"] as const;
const roleArn = (name: string): string => `arn:aws:iam::000000000000:role/srs-local-${name}`;

let system: RecordedSystem;
let access: Access;
const home = mkdtempSync(join(tmpdir(), "role-decisions-"));

beforeAll(async () => {
  system = await recordSystem("local");
  const account = openAccount(join(home, "account.json"));
  for (const layer of LAYERS) {
    for (const { urn, type, id = "", inputs, outputs } of exportOf(system[layer], "local", layer).deployment
      .resources) {
      const { arn } = outputs as { arn?: string };
      await account.put({ urn, type, id, inputs, outputs, ...(arn !== undefined && { arn }) }, []);
    }
  }
  access = openAccess(account, home);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true }));

// The published contracts, whose shapes are the stacks' business.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const of = (layer: (typeof LAYERS)[number]): any => system[layer].contract;

const json = (service: string, action: string, input: object): Call => ({
  ...{ service, action, method: "POST", path: "/", query: "", headers: { "x-amz-target": `Service.${action}` } },
  body: Buffer.from(JSON.stringify(input)),
});
const put = (path: string, headers: Record<string, string>): Call => ({
  ...{ service: "s3", action: `PUT ${path}`, method: "PUT", path, query: "", headers, body: undefined },
});

/** From inside the network, by the endpoint that its programs use. */
function through(service: string): PassedEndpoint {
  const id = (of("network").endpointIds as Record<string, string>)[service];
  if (id === undefined) throw new Error(`The network has no endpoint ${service}.`);
  return { id, type: "Interface", vpcId: of("network").vpcId as string, policy: undefined };
}

const refusal = (role: string, call: Call, endpoint?: string): string | undefined =>
  access.authorize(call, roleArn(role), endpoint === undefined ? undefined : through(endpoint))?.message;

const readSecret = (name: string) => () =>
  json("secretsmanager", "GetSecretValue", { SecretId: of("data").secretArns[name] as string });
const toStream = (action: string) => () =>
  json("kinesis", action, { StreamName: of("data").streams.studentEvents.name as string });
const toQueue = (consumer: string) => () =>
  json("sqs", "SendMessage", { QueueUrl: of("data").deadLetterQueues[consumer].url as string });
const toAudit =
  (headers: Record<string, string> = {}) =>
  () =>
    put(`/${of("security").auditBucket.name as string}/audit/2026/01/01/00.jsonl.gz`, headers);
const underAuditKey = () =>
  toAudit({
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": of("security").kmsKeyArns.audit as string,
  })();
const sign = (algorithm: string) => () =>
  json("kms", "Sign", { KeyId: of("security").kmsKeyArns.signing as string, SigningAlgorithm: algorithm });

interface Case {
  readonly role: string;
  readonly what: string;
  readonly call: () => Call;
  /** The endpoint by which it comes; left out: from outside the network. */
  readonly by?: string;
}

describe("a role of the platform", () => {
  const allowed: readonly Case[] = [
    { role: "api-task", what: "read a database login", call: readSecret("dbAppA"), by: "secretsmanager" },
    { role: "api-task", what: "read its cache login", call: readSecret("cacheApi"), by: "secretsmanager" },
    { role: "relay-task", what: "read a database login", call: readSecret("dbAppB"), by: "secretsmanager" },
    { role: "relay-task", what: "send events", call: toStream("PutRecords"), by: "kinesis-streams" },
    {
      role: "consumer-cache-invalidator",
      what: "read its cache login",
      call: readSecret("cacheInvalidator"),
      by: "secretsmanager",
    },
    { role: "consumer-cache-invalidator", what: "read events", call: toStream("GetRecords") },
    { role: "consumer-cache-invalidator", what: "set aside what fails", call: toQueue("cacheInvalidator") },
    { role: "audit-exporter", what: "sign", call: sign("ECDSA_SHA_256"), by: "kms" },
    { role: "audit-exporter", what: "export under the audit key", call: underAuditKey, by: "s3" },
  ];
  it.each(allowed)("$role may $what", ({ role, call, by }) => {
    expect(refusal(role, call(), by)).toBeUndefined();
  });

  const refused: readonly (Case & { readonly because: string })[] = [
    {
      role: "api-task",
      what: "read a login from outside the network",
      call: readSecret("dbAppA"),
      because: "InsideOnly",
    },
    {
      role: "api-task",
      what: "read the invalidator's login",
      call: readSecret("cacheInvalidator"),
      by: "secretsmanager",
      because: "ReadersOnly",
    },
    {
      role: "api-task",
      what: "read the master's login",
      call: readSecret("dbMaster"),
      by: "secretsmanager",
      because: "no identity-based policy allows",
    },
    {
      role: "api-task",
      what: "send events",
      call: toStream("PutRecords"),
      by: "kinesis-streams",
      because: "OnlyTheRelayWrites",
    },
    {
      role: "relay-task",
      what: "read events",
      call: toStream("GetRecords"),
      by: "kinesis-streams",
      because: "no identity-based policy allows",
    },
    {
      role: "consumer-cache-invalidator",
      what: "set aside in another's queue",
      call: toQueue("archiver"),
      because: "no identity-based policy allows",
    },
    {
      role: "audit-exporter",
      what: "sign by another algorithm",
      call: sign("ECDSA_SHA_384"),
      by: "kms",
      because: "kms:Sign",
    },
    { role: "audit-exporter", what: "export without the key", call: toAudit(), by: "s3", because: "s3:PutObject" },
  ];
  it.each(refused)("$role may not $what", ({ role, call, by, because }) => {
    expect(refusal(role, call(), by)).toContain(because);
  });

  const mount = (point: "config" | "documents", readOnly: boolean) => {
    const { fileSystemId, accessPoints } = of("data").files as {
      fileSystemId: string;
      accessPoints: Record<string, { id: string }>;
    };
    return mounting({ fileSystemId, accessPointId: accessPoints[point]?.id ?? "", readOnly, encrypted: true });
  };
  const databaseUser = (user: string): readonly Use[] =>
    connectingTo(
      `arn:aws:rds-db:us-east-1:000000000000:dbuser:${of("data").database.clusterResourceId as string}/${user}`,
    );

  it("mounts what it reads and writes where it may, and nobody else does", () => {
    const may = (role: string, uses: readonly Use[]) => access.roleRefusal(roleArn(role), uses) === undefined;
    expect(may("api-task", mount("config", true))).toBe(true);
    expect(may("api-task", mount("config", false))).toBe(false);
    expect(may("api-task", mount("documents", false))).toBe(true);
    expect(may("relay-task", mount("config", true))).toBe(false);
  });

  it("migrates as the owner and as no other user", () => {
    expect(access.roleRefusal(roleArn("migration"), databaseUser("srs_owner"))).toBeUndefined();
    expect(access.roleRefusal(roleArn("migration"), databaseUser("srs_app_a"))).toContain("rds-db:connect");
    expect(access.roleRefusal(roleArn("api-task"), databaseUser("srs_owner"))).toContain("rds-db:connect");
  });

  it("reads for the proxy the logins of the applications, from AWS's side, and no other secret", () => {
    const reading = (name: string) => readingSecret(access.account, of("data").secretArns[name] as string);
    expect(access.roleRefusal(roleArn("db-proxy"), reading("dbAppA"))).toBeUndefined();
    expect(access.roleRefusal(roleArn("db-proxy"), reading("dbMaster"))).toContain("secretsmanager:GetSecretValue");
    expect(access.roleRefusal(roleArn("db-proxy"), reading("cacheApi"))).toContain("ReadersOnly");
  });

  it("is taken by the service it is for, and by no other", () => {
    const takes = (role: string, service: string) =>
      access.trustRefusal(roleArn(role), `${service}.amazonaws.com`, "arn:aws:ecs:us-east-1:000000000000:task/t") ===
      undefined;
    expect(takes("api-task", "ecs-tasks")).toBe(true);
    expect(takes("api-task", "lambda")).toBe(false);
    expect(takes("migration", "lambda")).toBe(true);
    expect(takes("db-proxy", "rds")).toBe(true);
  });
});
