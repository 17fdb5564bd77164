/** What must hold of any policies and any request, whatever they say. */
import fc from "fast-check";
import {
  evaluate,
  possibility,
  type AccessRequest,
  type NamedPolicy,
  type Policies,
  type Principal,
  type Statement,
} from "../src/index.ts";

const ROLES = ["reader", "writer"].map((name) => `arn:aws:iam::111122223333:role/${name}`);
const ROOT = "arn:aws:iam::111122223333:root";
const KEYS = ["aws:RequestedRegion", "kms:ViaService", "aws:PrincipalTag/team"];
const VALUES = ["a", "b", "ab"];

const condition = fc.dictionary(
  fc.constantFrom(
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringEqualsIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:StringEquals",
  ),
  fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom("a", "b", "a*", "${aws:PrincipalTag/team}"), { maxKeys: 2 }),
  { maxKeys: 2 },
);
const nulls = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom("true", "false"), { maxKeys: 1 });

const effect = fc.constantFrom<Statement["Effect"]>("Allow", "Allow", "Deny");
const statement = (effects: fc.Arbitrary<Statement["Effect"]>, resourceBased: boolean): fc.Arbitrary<Statement> =>
  fc
    .record({
      Effect: effects,
      Action: fc.constantFrom("kms:*", "kms:Decrypt", "kms:Enc*", "*"),
      Resource: fc.constantFrom(
        "*",
        "arn:aws:kms:us-east-1:111122223333:key/a",
        "arn:aws:kms:us-east-1:111122223333:key/${aws:PrincipalTag/team}",
      ),
      condition,
      nulls,
      Principal: fc.constantFrom("*" as const, { AWS: ROOT }, { AWS: ROLES }, { Service: "sns.amazonaws.com" }),
    })
    .map(({ condition: operators, nulls: presence, Principal: principal, ...rest }) => ({
      ...rest,
      Condition: { ...operators, Null: presence },
      ...(resourceBased && { Principal: principal }),
    }));

const policy = (name: string, resourceBased: boolean): fc.Arbitrary<NamedPolicy> =>
  fc
    .array(statement(effect, resourceBased), { minLength: 1, maxLength: 4 })
    .map((Statement) => ({ name, document: { Version: "2012-10-17", Statement } }));

const policies: fc.Arbitrary<Policies> = fc.record(
  {
    identity: fc.array(policy("identity", false), { maxLength: 2 }),
    boundary: policy("boundary", false),
    resource: policy("resource", true),
    resourceKind: fc.constantFrom("kms-key" as const, "trust" as const, "other" as const),
  },
  { requiredKeys: ["identity"] },
);

const principal = fc.constantFrom<Principal>(...ROLES.map((arn) => ({ kind: "role" as const, arn })), {
  kind: "service",
  service: "sns.amazonaws.com",
});
const request: fc.Arbitrary<AccessRequest> = fc.record({
  principal,
  action: fc.constantFrom("kms:Decrypt", "kms:Encrypt"),
  resource: fc.constantFrom("arn:aws:kms:us-east-1:111122223333:key/a", "arn:aws:kms:us-east-1:444455556666:key/b"),
  context: fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(fc.constantFrom(...VALUES), fc.subarray(VALUES)), {
    maxKeys: 3,
  }),
});

const MANY = { numRuns: 500 };
const allowed = (asked: AccessRequest, by: Policies) => evaluate(asked, by).allowed;

function withStatement(target: NamedPolicy, more: Statement): NamedPolicy {
  return { ...target, document: { ...target.document, Statement: [...target.document.Statement, more] } };
}

describe("whatever the policies say", () => {
  it("a deny of everything ends the matter, in any of them that applies", () => {
    const everything: Statement = { Effect: "Deny", Action: "*", Resource: "*" };
    fc.assert(
      fc.property(request, policies, (asked, given) => {
        const { resource, identity } = given;
        const fromResource = withStatement(resource ?? { name: "r", document: { Statement: [] } }, {
          ...everything,
          Principal: "*",
        });
        expect(allowed(asked, { ...given, resource: fromResource })).toBe(false);
        if (asked.principal.kind === "service") return;
        const denying = { name: "d", document: { Statement: [everything] } };
        expect(allowed(asked, { ...given, identity: [...identity, denying] })).toBe(false);
        expect(allowed(asked, { ...given, boundary: withStatement(given.boundary ?? denying, everything) })).toBe(
          false,
        );
      }),
      MANY,
    );
  });

  it("one more Allow takes nothing away", () => {
    const more = statement(fc.constant("Allow"), true);
    fc.assert(
      fc.property(request, policies, more, (asked, given, added) => {
        fc.pre(allowed(asked, given));
        const { Principal: named, ...own } = added;
        const identity = [...given.identity, { name: "more", document: { Version: "2012-10-17", Statement: [own] } }];
        expect(allowed(asked, { ...given, identity })).toBe(true);
        if (given.boundary)
          expect(allowed(asked, { ...given, boundary: withStatement(given.boundary, own) })).toBe(true);
        if (given.resource) {
          const resource = withStatement(given.resource, { ...own, Principal: named });
          expect(allowed(asked, { ...given, resource })).toBe(true);
        }
      }),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    );
  });

  it("a ceiling allows nothing that would not be allowed without it, and lowering it allows nothing more", () => {
    fc.assert(
      fc.property(request, policies, policy("boundary", false), fc.nat(3), (asked, given, boundary, index) => {
        const { boundary: _, ...free } = given;
        if (allowed(asked, { ...free, boundary })) expect(allowed(asked, free)).toBe(true);
        const lower = boundary.document.Statement.filter(({ Effect }, at) => Effect === "Deny" || at !== index);
        const lowered = { ...boundary, document: { ...boundary.document, Statement: lower } };
        if (allowed(asked, { ...free, boundary: lowered })) {
          expect(allowed(asked, { ...free, boundary })).toBe(true);
        }
      }),
      MANY,
    );
  });

  it("nobody is allowed anything by policies that allow nothing", () => {
    fc.assert(
      fc.property(request, policies, (asked, given) => {
        const deniesOf = (each: NamedPolicy | undefined) =>
          each && {
            ...each,
            document: {
              ...each.document,
              Statement: each.document.Statement.filter(({ Effect }) => Effect === "Deny"),
            },
          };
        const identity = given.identity.flatMap((each) => deniesOf(each) ?? []);
        expect(allowed(asked, { ...given, identity, resource: deniesOf(given.resource) })).toBe(false);
      }),
      MANY,
    );
  });

  it("what is allowed under some context is possible while that context is open", () => {
    fc.assert(
      fc.property(request, policies, fc.subarray(KEYS), (asked, given, hidden) => {
        fc.pre(allowed(asked, given));
        const context = Object.fromEntries(Object.entries(asked.context).filter(([key]) => !hidden.includes(key)));
        expect(possibility({ ...asked, context }, given).possible).toBe(true);
      }),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    );
  });

  it("with every key given, possible and allowed are the same", () => {
    fc.assert(
      fc.property(request, policies, (asked, given) => {
        const context = { ...Object.fromEntries(KEYS.map((key) => [key, []])), ...asked.context };
        const { possible, conditions, deniedWhen } = possibility({ ...asked, context }, given);
        expect(possible).toBe(allowed({ ...asked, context }, given));
        expect([conditions, deniedWhen]).toEqual([[], []]);
      }),
      MANY,
    );
  });
});

describe("a possibility", () => {
  const role: Principal = { kind: "role", arn: ROLES[0] ?? "" };
  const asked: AccessRequest = {
    principal: role,
    action: "kms:Decrypt",
    resource: "arn:aws:kms:us-east-1:111122223333:key/a",
    context: {},
  };
  const named = (name: string, ...Statement: Statement[]): NamedPolicy => ({
    name,
    document: { Version: "2012-10-17", Statement },
  });
  const via = (Sid: string, service: string): Statement => ({
    Sid,
    Effect: "Allow",
    Principal: { AWS: ROOT },
    Action: "kms:Decrypt",
    Resource: "*",
    Condition: {
      StringEquals: { "kms:ViaService": service },
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/read*" },
    },
  });
  const own = named("own", { Sid: "Own", Effect: "Allow", Action: "kms:*", Resource: "*" });

  it("names what must still hold, what would deny, and the statements that take part", () => {
    const deny: Statement = {
      Sid: "Here",
      Effect: "Deny",
      Principal: "*",
      Action: "*",
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": "us-east-1" } },
    };
    const resource = named("key", via("Use", "s3.us-east-1.amazonaws.com"), deny);
    expect(possibility(asked, { identity: [own], resource, resourceKind: "kms-key" })).toMatchObject({
      possible: true,
      conditions: ["StringEquals kms:ViaService = s3.us-east-1.amazonaws.com"],
      by: ["own/Own", "key/Use"],
      deniedWhen: ["StringNotEquals aws:RequestedRegion = us-east-1"],
    });
  });

  it("offers several ways as one line", () => {
    const resource = named("key", via("ThroughS3", "s3"), via("ThroughSqs", "sqs"));
    expect(possibility(asked, { identity: [own], resource, resourceKind: "kms-key" }).conditions).toEqual([
      "(StringEquals kms:ViaService = s3) or (StringEquals kms:ViaService = sqs)",
    ]);
  });

  it("is none where the principal's own name decides", () => {
    const writer: Principal = { kind: "role", arn: ROLES[1] ?? "" };
    const resource = named("key", via("Use", "s3"));
    expect(
      possibility({ ...asked, principal: writer }, { identity: [own], resource, resourceKind: "kms-key" }),
    ).toEqual({
      possible: false,
      conditions: [],
      by: [],
      deniedWhen: [],
      ways: [],
    });
  });
});
