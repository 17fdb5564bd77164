import fc from "fast-check";
import { UNKNOWN } from "../../src/resource-type.ts";
import { accessStringFault, aclFile, passwordHash, userRules } from "../../src/services/elasticache/access-control.ts";
import { checkReplicationGroup, checkUser } from "../../src/services/elasticache/checks.ts";

const PASSWORD = "a-password-of-sixteen-or-more";
const USER = {
  userId: "srs-api",
  userName: "srs-api",
  engine: "redis",
  accessString: "on ~* +@read",
  authenticationMode: { type: "password", passwords: [PASSWORD] },
};
const GROUP = {
  replicationGroupId: "srs-cache",
  description: "Cache",
  engine: "redis",
  engineVersion: "7.1",
  nodeType: "cache.t4g.micro",
  numCacheClusters: 2,
  automaticFailoverEnabled: true,
  multiAzEnabled: true,
  transitEncryptionEnabled: true,
  userGroupIds: ["srs"],
};

describe("an access string", () => {
  it.each([
    "on ~* +@read +@write +@connection +@transaction +@scripting -@dangerous -@admin -keys -flushall",
    "on resetkeys ~*:v:* -@all +@connection +get +set +eval +evalsha +script|load",
    "on ~* &* +del +unlink +publish +subscribe +@connection",
    "off ~* -@all",
  ])("may be %j", (text) => expect(accessStringFault(text)).toBeUndefined());

  it.each(["on >secret ~*", "on nopass", "on #0123", "on ~* everything", "on ~* +get; flushall"])(
    "may not be %j",
    (text) => {
      expect(accessStringFault(text)).toMatch(/^InvalidParameterValue/);
      expect(accessStringFault(text)).not.toContain("secret");
    },
  );

  it("never gives back a command that ElastiCache keeps, and never holds a password in clear", () => {
    const password = fc.string({ minLength: 16, maxLength: 32, unit: fc.constantFrom(..."abcdefXYZ0123") });
    fc.assert(
      fc.property(password, (text) => {
        const rules = userRules({
          ...USER,
          accessString: "on ~* +@all +config",
          noPassword: false,
          passwordHashes: [passwordHash(text)],
        });
        expect(rules.lastIndexOf("-config")).toBeGreaterThan(rules.indexOf("+config"));
        expect(aclFile([{ name: "srs-api", rules }])).not.toContain(text);
      }),
    );
  });
});

describe("checks", () => {
  const userFault = (changes: object) => checkUser({ ...USER, ...changes }).map(({ property }) => property);
  const groupFault = (changes: object) =>
    checkReplicationGroup({ ...GROUP, ...changes }).map(({ property }) => property);

  it("take what is right, and what is not known yet", () => {
    expect([...userFault({}), ...groupFault({})]).toEqual([]);
    expect(
      userFault({
        userId: UNKNOWN,
        accessString: UNKNOWN,
        authenticationMode: { type: "password", passwords: UNKNOWN },
      }),
    ).toEqual([]);
    expect(groupFault(Object.fromEntries(Object.keys(GROUP).map((name) => [name, UNKNOWN])))).toEqual([]);
  });

  it("refuse a user without exactly one way to prove itself, or with a short password, which stays out of the message", () => {
    expect(userFault({ noPasswordRequired: true })).toContain("authenticationMode");
    const short = checkUser({ ...USER, authenticationMode: { type: "password", passwords: ["short-one"] } });
    expect(short).toHaveLength(1);
    expect(JSON.stringify(short)).not.toContain("short-one");
  });

  it.each([
    ["authToken", { authToken: PASSWORD }],
    ["automaticFailoverEnabled", { numCacheClusters: 1 }],
    ["multiAzEnabled", { automaticFailoverEnabled: false }],
    ["transitEncryptionEnabled", { transitEncryptionEnabled: false }],
    ["transitEncryptionMode", { transitEncryptionMode: "preferred" }],
    ["clusterMode", { clusterMode: "enabled" }],
    ["description", { description: undefined }],
    ["replicationGroupId", { replicationGroupId: "srs--cache" }],
    ["engineVersion", { engineVersion: "6.2" }],
    ["kmsKeyId", { kmsKeyId: "arn", atRestEncryptionEnabled: false }],
  ])("refuse a replication group for its %s", (property, changes) => expect(groupFault(changes)).toContain(property));
});
