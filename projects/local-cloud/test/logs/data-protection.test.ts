import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as fc from "fast-check";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { logsService } from "../../src/services/logs/index.ts";
import { maskOfFile } from "../../src/services/logs/data-protection.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const POLICY = "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy";
const GROUP = "/srs/local/api";
const managed = (name: string) => `arn:aws:dataprotection::aws:data-identifier/${name}`;
const IDENTIFIERS = [managed("EmailAddress"), managed("Ssn-US"), managed("PhoneNumber-US"), "StudentNumber"];
const policy = (change: object = {}) => ({
  Name: "mask",
  Version: "2021-06-01",
  Configuration: { CustomDataIdentifier: [{ Name: "StudentNumber", Regex: "N-\\d{8}" }] },
  Statement: [
    { DataIdentifier: IDENTIFIERS, Operation: { Audit: { FindingsDestination: {} } } },
    { DataIdentifier: IDENTIFIERS, Operation: { Deidentify: { MaskConfig: {} } } },
  ],
  ...change,
});

describe("data protection of a log group", () => {
  let cloud: TestCloud;
  let logs: CloudWatchLogsClient;
  let resources: Resources;
  const file = () => join(cloud.home, "logs", "srs-local-api.log");
  const write = (...lines: string[]) => writeFileSync(file(), `${lines.join("\n")}\n`);
  const read = async (request: object = {}) => {
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...request }));
    return events.map(({ message }) => message);
  };
  beforeAll(async () => {
    cloud = await startTestCloud([logsService]);
    resources = new Resources(cloud);
    logs = new CloudWatchLogsClient(cloud.sdk);
    mkdirSync(join(cloud.home, "logs"), { recursive: true });
    await resources.create("aws:cloudwatch/logGroup:LogGroup", "api", { name: GROUP });
    const policyDocument = JSON.stringify(policy());
    await resources.create(POLICY, "api", { logGroupName: GROUP, policyDocument });
  });
  afterAll(() => cloud.close());

  it("masks addresses and what the policy defines wherever they stand, numbers only near their keyword", async () => {
    write(
      "mail ada.lovelace@example.edu now",
      "ssn: 123-45-6789",
      "order 123-45-6789 shipped",
      "call the phone (217) 555-0100",
      "student N-20260001",
    );
    expect(await read()).toEqual([
      "mail ************************ now",
      "ssn: ***********",
      "order 123-45-6789 shipped",
      "call the phone **************",
      "student **********",
    ]);
  });

  it("hides them from filters too, and shows them to whoever may unmask", async () => {
    write("to ada@example.edu");
    expect(await read({ filterPattern: '"ada@example.edu"' })).toEqual([]);
    expect(await read({ filterPattern: '"ada@example.edu"', unmask: true })).toEqual(["to ada@example.edu"]);
  });

  it("leaves everything else as it was", async () => {
    const mask = maskOfFile(cloud, file());
    write("");
    fc.assert(
      fc.property(fc.uuid(), fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (id, date) => {
        const line = JSON.stringify({
          id,
          time: date.toISOString(),
          at: date.getTime(),
          ms: 12.345,
          ip: "203.0.113.7",
        });
        expect(mask(line)).toBe(line);
      }),
    );
  });

  it("masks in the file's own lines what it masks in the group", () => {
    write("ada@example.edu");
    expect(maskOfFile(cloud, file())("ada@example.edu")).toBe("***************");
    expect(maskOfFile(cloud, join(cloud.home, "logs", "other.log"))("ada@example.edu")).toBe("ada@example.edu");
  });

  it.each([
    ["without a mask", policy({ Statement: policy().Statement.slice(0, 1) }), "one Deidentify statement"],
    ["of another version", policy({ Version: "2012-10-17" }), "Version"],
    ["with an identifier nobody defined", policy({ Configuration: {} }), '"StudentNumber" is no identifier'],
    [
      "with a parenthesis in an expression",
      policy({ Configuration: { CustomDataIdentifier: [{ Name: "StudentNumber", Regex: "(N)" }] } }),
      "a character that is not allowed",
    ],
    [
      "with an identifier that AWS has and this cloud cannot find",
      JSON.parse(JSON.stringify(policy()).replaceAll("EmailAddress", "DriversLicense-US")),
      "add it to services/logs/data-identifiers.ts",
    ],
  ])("refuses a policy %s", async (_, document, reason) => {
    const failures = await resources.failuresOf(POLICY, {
      logGroupName: GROUP,
      policyDocument: JSON.stringify(document),
    });
    expect(failures.map((failure) => failure.reason).join()).toContain(reason);
  });
});
