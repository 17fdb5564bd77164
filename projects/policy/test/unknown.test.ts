import fc from "fast-check";
import { judgeResource, judgeStack } from "../src/evaluate.ts";
import { publicAccessBlock } from "../src/checks/buckets.ts";
import { publishedContract } from "../src/checks/contract.ts";
import { resourceRules } from "../src/rules.ts";
import { holdsUnknown, UnknownValue, watched } from "../src/unknown.ts";
import { PROD, resource, stackResources, urnOf, type ResourceFixture } from "./fixture.ts";
import { RESOURCE_FIXTURES } from "./fixtures/index.ts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };
const LEAVE = { exemptions: [], now: new Date("2027-01-01") };

describe("a value that only the deployment will know", () => {
  it("cannot be read at any depth, and says where it is", () => {
    const props = watched({ rules: [{ key: UNKNOWN }], password: SECRET, name: "x" });
    expect(props.name).toBe("x");
    expect(() => props.rules[0]?.key).toThrow(new UnknownValue(["rules", "0", "key"]));
    expect(() => props.password).toThrow(UnknownValue);
    expect(() => JSON.stringify(props)).toThrow(UnknownValue);
  });

  it("leaves every other value as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(watched({ value }))).toBe(JSON.stringify({ value }));
        expect(holdsUnknown({ value })).toBe(false);
        expect(holdsUnknown([{ value, other: UNKNOWN }])).toBe(true);
      }),
    );
  });

  it("keeps its own part of a check waiting, and the rest is judged", async () => {
    const type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    const passes = { blockPublicAcls: UNKNOWN, blockPublicPolicy: true, ignorePublicAcls: true };
    const block = resource({ type, passes, fails: [] });
    const { violations, waiting } = await judgeResource(publicAccessBlock, block, LEAVE);
    expect(violations.map(({ message }) => message)).toEqual([expect.stringContaining("restrictPublicBuckets")]);
    expect(waiting).toMatchObject([{ path: ["blockPublicAcls"], urn: block.urn }]);
  });

  it("never turns a resource that passes into one that is refused", async () => {
    for (const rule of resourceRules) {
      for (const fixture of (RESOURCE_FIXTURES[rule.name as keyof typeof RESOURCE_FIXTURES] ??
        []) as ResourceFixture[]) {
        for (const property of Object.keys(fixture.passes ?? {}).filter((name) => !name.startsWith("$"))) {
          const unknown = resource(fixture, { [property]: UNKNOWN });
          const { violations } = await judgeResource(rule, unknown, LEAVE);
          expect([rule.name, fixture.type, property, violations]).toEqual([rule.name, fixture.type, property, []]);
        }
      }
    }
  });

  it("in a contract excuses its own field and no other", async () => {
    const declared = {
      type: "pulumi:pulumi:Stack",
      name: "srs-security-prod",
      props: { contract: { kmsKeyArns: UNKNOWN, auditBucket: { name: UNKNOWN, arn: "no arn" } }, contractVersion: 2 },
    };
    const view = { urn: urnOf(PROD, declared.type, declared.name), resources: stackResources(PROD, [declared]) };
    const { violations } = await judgeStack(publishedContract, view, LEAVE);
    const said = violations.map(({ message }) => message).join("\n");
    expect(said).toContain("contract.auditBucket.arn");
    expect(said).toContain("contract has no");
    expect(said).not.toContain("contract.kmsKeyArns");
    expect(said).not.toContain("contract.auditBucket.name");
  });
});
