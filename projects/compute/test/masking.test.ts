import { recordStack, type Recording } from "@records/testing";
import * as fc from "fast-check";
import { CONTRACTS } from "./contracts.ts";

interface Policy {
  readonly Configuration: {
    readonly CustomDataIdentifier: readonly { readonly Name: string; readonly Regex: string }[];
  };
  readonly Statement: readonly { readonly DataIdentifier: readonly string[]; readonly Operation: object }[];
}

let policy: Policy;
let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
  const { inputs } = stack.get("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy", "api");
  policy = JSON.parse(String(inputs.policyDocument)) as Policy;
}, 60_000);

/** What the policy's own expressions find. */
const found = (text: string): readonly string[] =>
  policy.Configuration.CustomDataIdentifier.flatMap(({ Regex }) => text.match(new RegExp(Regex, "g")) ?? []);

describe("masking in the logs of our code", () => {
  it("covers Social Security numbers, e-mail addresses and telephone numbers, found and masked alike", () => {
    const [find, mask] = policy.Statement;
    expect(find?.DataIdentifier).toEqual(mask?.DataIdentifier);
    const arn = (name: string) => `arn:aws:dataprotection::aws:data-identifier/${name}`;
    expect(mask?.DataIdentifier).toEqual(
      expect.arrayContaining([arn("Ssn-US"), arn("EmailAddress"), arn("PhoneNumber-US")]),
    );
    expect(mask?.Operation).toEqual({ Deidentify: { MaskConfig: {} } });
  });

  it("keeps its own expressions within what CloudWatch Logs takes", () => {
    const { CustomDataIdentifier: custom } = policy.Configuration;
    expect(custom.length).toBeLessThanOrEqual(10);
    for (const { Name, Regex } of custom) {
      expect(Name).toMatch(/^[\w-]{1,128}$/);
      expect(Regex).toMatch(/^[\w#=@/;, ^$?[\]{}|\\*+.-]{1,200}$/);
    }
  });

  it.each(["123-45-6789", "217-555-0100", "217.555.0100", "(217) 555-0100", "+12175550100"])(
    "finds %s without a word beside it",
    (number) => {
      expect(found(JSON.stringify({ note: number }))).not.toEqual([]);
    },
  );

  it("leaves ids, times, addresses and durations of a log line alone", () => {
    const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    const address = fc.ipV4();
    const duration = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(fc.uuid(), date, address, duration, (requestId, at, ip, durationMs) => {
        const line = JSON.stringify({ requestId, time: at.toISOString(), ms: at.getTime(), ip, durationMs });
        expect(found(line)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
