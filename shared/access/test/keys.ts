/** Guarantees about keys: who uses them, who ends them. */
import { askers, mayDo, STRANGER, type AccessModel, type Asker } from "../src/index.ts";
import { endsOfKeys, keyLets, KEY_USES, mayWithKey } from "./guarantees.ts";
import { changed, keysOf, resourceOf, without, type Models } from "./system.ts";

const OTHER = "OrganizationAccountAccessRole";
const CONTEXT = { studentId: "0190f4c2-0000-7000-8000-000000000001", purpose: "restricted" };

export function keyGuarantees(models: Models): void {
  describe("key student-fields", () => {
    /** By name as it is printed; the pattern stands for consumers that are not there yet. */
    const readers = (suffix: string) => [`srs-${suffix}-consumer-*`];

    it("is used by the API, the relay and the consumers, and by nobody else of the account, administrators included", () => {
      for (const [suffix, model] of Object.entries(models())) {
        const key = resourceOf(model, "kms-key", "student-fields");
        const admitted = [
          ...readers(suffix),
          `srs-${suffix}-api-task`,
          `srs-${suffix}-relay-task`,
          `srs-${suffix}-consumer-cache-invalidator`,
        ];
        const users = mayWithKey(model, key, KEY_USES);
        expect(users.filter((user) => !admitted.includes(user))).toEqual([]);
        expect(users).toEqual(expect.arrayContaining(readers(suffix)));
      }
    });

    it("wraps and unwraps, and does nothing else for anybody", () => {
      const others = KEY_USES.filter((action) => !["kms:Decrypt", "kms:GenerateDataKey"].includes(action));
      for (const [, model] of Object.entries(models())) {
        expect(mayWithKey(model, resourceOf(model, "kms-key", "student-fields"), others)).toEqual([]);
      }
    });

    it.each(["api-task", "relay-task", "consumer-projector"])(
      "opens for %s only when the call names student and purpose",
      (role) => {
        const key = resourceOf(models().prod, "kms-key", "student-fields");
        const opens = (context: Record<string, string>) =>
          keyLets(models().prod, key, `srs-prod-${role}`, "kms:Decrypt", context);
        expect(opens(CONTEXT)).toBe(true);
        expect(opens({})).toBe(false);
        expect(opens({ studentId: CONTEXT.studentId })).toBe(false);
        expect(opens({ purpose: CONTEXT.purpose })).toBe(false);
        expect(opens({ ...CONTEXT, courseId: "c-1" })).toBe(false);
      },
    );

    it.each([
      "srs-key-admin",
      "srs-auditor",
      "srs-break-glass",
      "srs-bootstrap",
      "srs-prod-ci-security-apply",
      "srs-prod-ci-data-apply",
      OTHER,
    ])("stays shut for %s, whatever the call names", (role) => {
      const key = resourceOf(models().prod, "kms-key", "student-fields");
      for (const action of KEY_USES) expect(keyLets(models().prod, key, role, action, CONTEXT)).toBe(false);
    });

    it("would be open to more, and this would be seen, if a statement admitted more", () => {
      const widened = changed(models().prod, (statement) =>
        statement.Sid === "WrapAndUnwrapDataKeys"
          ? {
              ...statement,
              Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${models().prod.accountId}:role/srs-*` } },
            }
          : statement,
      );
      const key = resourceOf(widened, "kms-key", "student-fields");
      expect(mayWithKey(widened, key, KEY_USES)).toEqual(expect.arrayContaining(["srs-auditor", "srs-break-glass"]));
      expect(keyLets(widened, key, "srs-prod-api-task", "kms:Decrypt", {})).toBe(true);
    });
  });

  describe("every key", () => {
    it("is ended, put to sleep and given another policy by its administrators alone", () => {
      for (const [suffix, model] of Object.entries(models())) {
        const administrators = ["srs-key-admin", "srs-bootstrap", `srs-${suffix}-ci-security-apply`];
        for (const [key, able] of Object.entries(endsOfKeys(model))) {
          expect({ key, others: able.filter((name) => !administrators.includes(name)) }).toEqual({ key, others: [] });
          expect(able).toContain("srs-key-admin");
        }
      }
    });

    it("would be ended by others, and this would be seen, without its conditions on who calls", () => {
      const opened = changed(without(models().prod, "DenyEndingTheKey"), (statement) =>
        statement.Sid === "KeyAdministration" ? { ...statement, Condition: {} } : statement,
      );
      for (const able of Object.values(endsOfKeys(opened))) expect(able).toContain("any other administrator");
    });

    it("keeps its end from others by a denial as well, so that one careless grant changes nothing", () => {
      const careless = changed(models().prod, (statement) =>
        statement.Sid === "KeyAdministration" ? { ...statement, Condition: {} } : statement,
      );
      for (const able of Object.values(endsOfKeys(careless))) expect(able).not.toContain("any other administrator");
    });

    it("is used by nobody who administers it", () => {
      for (const [, model] of Object.entries(models())) {
        for (const key of keysOf(model)) {
          const users = mayWithKey(model, key, KEY_USES);
          expect(mayWithKey(model, key, ["kms:PutKeyPolicy"]).filter((name) => users.includes(name))).toEqual([]);
        }
      }
    });

    it("is closed to every role of the account that its policy does not name", () => {
      for (const [, model] of Object.entries(models())) {
        for (const key of keysOf(model)) {
          expect(mayWithKey(model, key, [...KEY_USES, "kms:GetKeyPolicy"])).not.toContain(STRANGER);
        }
      }
    });

    it("is closed to other accounts, whatever their administrators allow themselves", () => {
      for (const key of keysOf(models().prod)) {
        const principal = { kind: "role", arn: "arn:aws:iam::999999999999:role/srs-key-admin" } as const;
        const foreign = { ...strangerOf(models().prod), principal };
        const possible = [...KEY_USES, "kms:PutKeyPolicy", "kms:DescribeKey"].filter(
          (action) => mayDo(models().prod, foreign, action, key.arn, key).possible,
        );
        expect(possible).toEqual([]);
      }
    });

    it("refuses a call without TLS to everybody", () => {
      for (const key of keysOf(models().prod)) {
        for (const asker of askers(models().prod, key)) {
          expect(
            mayDo(models().prod, asker, "kms:Decrypt", key.arn, key, { "aws:SecureTransport": "false" }).possible,
          ).toBe(false);
        }
      }
    });
  });
}

/** Somebody of the account with every permission of its own. */
function strangerOf(model: AccessModel): Asker {
  const found = askers(model).find(({ standing }) => standing === "stranger");
  if (!found) throw new Error("A stranger is always asked.");
  return found;
}
