import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { inWords } from "../src/condition-words.ts";

const run = promisify(execFile);

describe("conditions", () => {
  it.each([
    ["StringEquals kms:ViaService = rds.us-east-1.amazonaws.com | ecr.us-east-1.amazonaws.com", "through rds or ecr"],
    ["Bool kms:GrantIsForAWSResource = true", "for an AWS resource"],
    ["Null kms:EncryptionContext:studentId = false", "encryption context names studentId"],
    [
      "ForAllValues:StringEquals kms:EncryptionContextKeys = studentId | purpose",
      "encryption context has no key but studentId, purpose",
    ],
    ["StringEquals aws:SourceAccount = 111122223333", "for account 111122223333"],
    [
      "StringLike kms:EncryptionContext:aws:cloudtrail:arn = arn:aws:cloudtrail:*:1:trail/*",
      "context aws:cloudtrail:arn is arn:aws:cloudtrail:*:1:trail/*",
    ],
  ])("%s reads: %s", (condition, words) => expect(inWords(condition)).toBe(words));

  it("without a wording are shown as the policy has them", () => {
    expect(inWords("NumericLessThan s3:TlsVersion = 1.2")).toBe("NumericLessThan s3:TlsVersion = 1.2");
  });
});

describe("who-can", () => {
  const ACCOUNT = "111122223333";
  const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
  const resources = [
    {
      urn: "urn:pulumi:prod::srs-security::aws:kms/key:Key::records",
      type: "aws:kms/key:Key",
      custom: true,
      id: "11111111-2222-4333-8444-555555555555",
      outputs: {
        arn: KEY,
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "Administration",
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
              Action: ["kms:PutKeyPolicy", "kms:DisableKey", "kms:ScheduleKeyDeletion"],
              Resource: "*",
              Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/srs-key-admin` } },
            },
            {
              Sid: "ThroughRds",
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
              Action: ["kms:Decrypt", "kms:GenerateDataKey"],
              Resource: "*",
              Condition: {
                ArnLike: {
                  "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/srs-pr12345678-consumer-with-a-very-long-name-of-63`,
                },
                StringEquals: { "kms:ViaService": "rds.us-east-1.amazonaws.com" },
              },
            },
          ],
        }),
      },
    },
  ];
  let folder: string;
  let state: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "who-can-"));
    state = path.join(folder, "security.json");
    await writeFile(state, JSON.stringify({ version: 3, deployment: { resources } }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const whoCan = async (...args: string[]) => {
    const env = { ...process.env, NODE_OPTIONS: "" };
    const { stdout } = await run(process.execPath, ["shared/access/src/cli.ts", "who-can", "--state", state, ...args], {
      env,
    });
    return stdout;
  };

  it("prints a table that fits on 120 columns, who may do something first, with the reason of every yes", async () => {
    const text = await whoCan("--key", "records");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    const rows = text.split("\n").filter((line) => /^\S+.* - /.test(line));
    expect(rows[0]).toMatch(/^srs-key-admin \(outside\)( +-){5} +yes 1 +yes 1 +yes 1$/);
    expect(rows[1]).toMatch(/name-of-63 \(absent\) +- +if 2 +if 2( +-){5}$/);
    expect(rows.at(-1)).toMatch(/^any other administrator( +-){8}$/);
    expect(text).toContain("1  always [records/Administration]");
    expect(text).toContain("2  through rds [records/ThroughRds]");
  }, 60_000);

  it("answers for one action, as data, and lists the keys when none is named", async () => {
    const rows = JSON.parse(await whoCan("--resource", KEY, "--action", "kms:Decrypt", "--json")) as {
      name: string;
      cells: Record<string, { answer: string }>;
    }[];
    expect(rows.filter(({ cells }) => cells["kms:Decrypt"]?.answer !== "no").map(({ name }) => name)).toEqual([
      "srs-pr12345678-consumer-with-a-very-long-name-of-63",
    ]);
    expect(await whoCan()).toMatch(/^records/m);
  }, 60_000);

  it("refuses a key that is not there, and names those that are", async () => {
    await expect(whoCan("--key", "nothing")).rejects.toThrow(/No key "nothing" is deployed. There are: records/);
  }, 60_000);
});
