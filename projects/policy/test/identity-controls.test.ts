/** What published controls ask of policies in every layer at once (docs/controls.md), in production. */
import { recordSystem, type RecordedSystem } from "@records/testing";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: string | readonly string[];
}
interface Allowance extends Statement {
  readonly says: string;
  readonly actions: readonly string[];
}

let prod: RecordedSystem;
beforeAll(async () => {
  prod = await recordSystem("prod");
}, 120_000);

const MANAGED = "aws:iam/policy:Policy";
const INLINE = "aws:iam/rolePolicy:RolePolicy";
/** A ceiling: it grants nothing, and the controls leave policies out that are used as one. */
const CEILING = "permission-boundary";

/** What the layers' policies of a type allow. */
const allowances = (type: string): readonly Allowance[] =>
  Object.values(prod)
    .flatMap((layer) => layer.ofType(type))
    .filter(({ name }) => name !== CEILING)
    .flatMap(({ name, inputs }) =>
      (JSON.parse(String(inputs.policy)) as { Statement: readonly Statement[] }).Statement.map((statement) => ({
        ...statement,
        says: `${name}/${statement.Sid}`,
        actions: [statement.Action ?? []].flat(),
      })),
    )
    .filter(({ Effect }) => Effect === "Allow");
const declared = () => Object.values(prod).flatMap((layer) => Object.keys(layer.counts()));

/** What it takes to read what a key closed. */
const OPENS = /^kms:(\*|Decrypt|ReEncrypt(\*|From))$/;
const everyKey = ({ Resource }: Allowance) =>
  [Resource ?? "*"].flat().some((resource) => /^(\*|arn:aws:kms:[^:]*:[^:]*:(\*|(key\/)?\*))$/.test(resource));

describe("policies in production", () => {
  it("are there in every layer, managed and inline", () => {
    expect(allowances(MANAGED).length).toBeGreaterThan(20);
    for (const layer of Object.values(prod)) expect(layer.ofType(INLINE)).not.toHaveLength(0);
  });

  it("allow nobody everything, of AWS or of a service", () => {
    const everything = [...allowances(MANAGED), ...allowances(INLINE)].filter(
      ({ actions, NotAction }) => NotAction !== undefined || actions.some((action) => /(^|:)\*$/.test(action)),
    );
    expect(everything.map(({ says }) => says)).toEqual([]);
  });

  it.each([
    ["managed", MANAGED],
    ["inline", INLINE],
  ])("open no key but by its name: %s", (_, type) => {
    const opening = allowances(type).filter(({ actions }) => actions.some((action) => OPENS.test(action)));
    expect(opening).not.toHaveLength(0);
    expect(opening.filter(everyKey).map(({ says }) => says)).toEqual([]);
  });

  it("belong to roles: no layer makes a user, a group or a key that lasts", () => {
    expect(declared()).toContain("aws:iam/role:Role");
    expect(declared().filter((type) => /^aws:iam\/(user|group|accessKey)/.test(type))).toEqual([]);
  });

  it("open no function to the public: each policy names one AWS service that acts for this account, and none has an address", () => {
    const permissions = Object.values(prod).flatMap((layer) => layer.ofType("aws:lambda/permission:Permission"));
    expect(permissions.length).toBeGreaterThan(0);
    for (const { name, inputs } of permissions) {
      expect({ name, ...inputs }).toMatchObject({
        name,
        action: "lambda:InvokeFunction",
        principal: expect.stringMatching(/^[a-z]+\.amazonaws\.com$/),
      });
      // A rule's ARN holds the account.
      expect(String(inputs.sourceAccount ?? inputs.sourceArn)).toMatch(
        /^(\d{12}|arn:aws:[a-z]+:[a-z0-9-]+:\d{12}:.+)$/,
      );
    }
    expect(declared().filter((type) => type.startsWith("aws:lambda/functionUrl:"))).toEqual([]);
  });
});
