import fc from "fast-check";
import {
  applyRoleName,
  bucketName,
  cognitoDomainPrefix,
  LAYERS,
  NAMED_SERVICES,
  physicalName,
  planRoleName,
  PLANNED_ROLES,
  ROLES,
  roleName,
  type NamedService,
} from "../src/index.ts";

const suffix = fc.stringMatching(/^[a-z][a-z0-9]{1,9}$/);
const purpose = fc.stringMatching(/^[a-z]([a-z0-9]|-[a-z0-9]){1,12}$/);
const service = fc.constantFrom(...NAMED_SERVICES);

describe("physicalName", () => {
  it("holds the suffix and the purpose, whatever the service's form", () => {
    fc.assert(
      fc.property(suffix, purpose, service, (ofSuffix, ofPurpose, ofService) => {
        const name = physicalNameOrRefusal(ofSuffix, ofPurpose, ofService);
        if (name === undefined) return;
        expect(name).toContain(ofSuffix);
        expect(name.replaceAll("_", "-")).toContain(ofPurpose);
      }),
    );
  });

  it("gives two environments two names", () => {
    fc.assert(
      fc.property(suffix, suffix, purpose, (one, other, ofPurpose) => {
        fc.pre(one !== other);
        expect(physicalName(one, ofPurpose, "kinesis")).not.toBe(physicalName(other, ofPurpose, "kinesis"));
      }),
    );
  });

  it("takes the longest name that fits, and refuses one character more", () => {
    const fitting = "p".repeat(32 - "srs-local-".length);
    expect(physicalName("local", fitting, "loadBalancer")).toHaveLength(32);
    expect(() => physicalName("local", `${fitting}p`, "loadBalancer")).toThrow("1 more than the service takes");
  });

  it.each([
    ["secret", "db/app-a", "srs/local/db/app-a"],
    ["logGroup", "trail", "/srs/local/trail"],
    ["kmsAlias", "secrets", "alias/srs-local-secrets"],
    ["wafLogGroup", "api", "aws-waf-logs-srs-local-api"],
    ["restoreTesting", "records-weekly", "srs_local_records_weekly"],
    ["rds", "records-reader-2", "srs-local-records-reader-2"],
  ] as const)("gives a %s its own form", (ofService, ofPurpose, name) => {
    expect(physicalName("local", ofPurpose, ofService)).toBe(name);
  });

  it.each(["Records", "records_", "-records", "records--proxy", "", "db/app-a"])(
    "refuses the purpose %p for a cluster",
    (wrong) => {
      expect(() => physicalName("local", wrong, "rds")).toThrow(RangeError);
    },
  );

  it("fits the longest names in use beside the longest suffix", () => {
    const longest = "a".repeat(10);
    const roles = [...Object.values(ROLES).flat(), ...Object.values(PLANNED_ROLES).flat()];
    for (const role of roles) expect(roleName(longest, role).length).toBeLessThanOrEqual(64);
    expect(physicalName(longest, "consumer-webhook-dispatcher", "iam")).toHaveLength(42);
    expect(bucketName(longest, "configuration", "000000000000")).toHaveLength(41);
    expect(physicalName(longest, "allowed-names", "resolver").length).toBeLessThanOrEqual(64);
    expect(cognitoDomainPrefix(longest, "000000000000")).toHaveLength(27);
  });
});

describe("names of roles", () => {
  it("are given once, whether the role is there already or planned", () => {
    const roles = [...Object.values(ROLES).flat(), ...Object.values(PLANNED_ROLES).flat()];
    expect(new Set(roles).size).toBe(roles.length);
  });

  it("tell who previews a layer from who applies it, and one layer from another", () => {
    const names = LAYERS.flatMap((layer) => [planRoleName("dev", layer), applyRoleName("dev", layer)]);
    expect(names).toContain("srs-dev-ci-network-plan");
    expect(names).toContain("srs-dev-ci-network-apply");
    expect(new Set(names).size).toBe(8);
    expect(() => applyRoleName("dev", "console" as never)).toThrow("security, network, data, compute");
  });
});

/** Long purposes do not fit everywhere; that is the other test's subject. */
function physicalNameOrRefusal(ofSuffix: string, ofPurpose: string, ofService: NamedService): string | undefined {
  try {
    return physicalName(ofSuffix, ofPurpose, ofService);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}
