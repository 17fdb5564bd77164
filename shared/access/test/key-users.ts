/** The key-use table, exhaustive: every principal, every key, every use. Names without `srs-<suffix>-`. */
import { mayWithKey, KEY_USES } from "./guarantees.ts";
import { keysOf, type Models } from "./system.ts";

interface Users {
  /** Ciphertext to plaintext. */
  readonly open: readonly string[];
  /** Plaintext to ciphertext. */
  readonly seal: readonly string[];
  /** Hand the key on. */
  readonly grant: readonly string[];
  readonly sign?: readonly string[];
}

const OPEN = ["kms:Decrypt", "kms:ReEncryptFrom"];
const SEAL = ["kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo"];

/** Roles that exist and that a key admits without their using it are not here: key-grants.ts lists them. */
const USERS: Readonly<Record<string, Users>> = {
  database: {
    open: ["backup", "ci-data-apply"],
    seal: ["backup", "ci-data-apply"],
    grant: ["backup", "ci-data-apply"],
  },
  "student-fields": { open: ["api-task", "consumer-*"], seal: ["api-task", "consumer-*"], grant: [] },
  cache: { open: ["ci-data-apply"], seal: ["ci-data-apply"], grant: ["ci-data-apply"] },
  events: {
    open: [
      "backup",
      "consumer-*",
      "consumer-archiver",
      "consumer-cache-invalidator",
      "events.amazonaws.com",
      "srs-replay",
    ],
    seal: [
      "backup",
      "consumer-*",
      "consumer-archiver",
      "consumer-cache-invalidator",
      "events.amazonaws.com",
      "relay-task",
    ],
    grant: [],
  },
  files: {
    open: ["backup", "ci-data-apply"],
    seal: ["backup", "ci-data-apply"],
    grant: ["backup", "ci-data-apply"],
  },
  secrets: {
    open: [
      "api-task",
      "audit-exporter",
      "canary",
      "ci-data-apply",
      "consumer-*",
      "consumer-cache-invalidator",
      "db-proxy",
      "relay-task",
      "rotation",
      "srs-break-glass",
      "srs-onboarding-*",
    ],
    seal: ["ci-data-apply", "rotation"],
    grant: ["ci-data-apply"],
  },
  audit: {
    open: ["config.amazonaws.com", "delivery.logs.amazonaws.com", "srs-auditor"],
    seal: [
      "audit-exporter",
      "cloudtrail.amazonaws.com",
      "config.amazonaws.com",
      "delivery.logs.amazonaws.com",
      "guardduty.amazonaws.com",
    ],
    grant: [],
  },
  logs: { open: ["logs.us-east-1.amazonaws.com"], seal: ["logs.us-east-1.amazonaws.com"], grant: [] },
  compute: {
    open: [
      "budgets.amazonaws.com",
      "canary",
      "ci-compute-apply",
      "ci-data-apply",
      "cloudwatch.amazonaws.com",
      "consumer-*",
      "events.amazonaws.com",
      "events.rds.amazonaws.com",
    ],
    seal: [
      "budgets.amazonaws.com",
      "canary",
      "ci-compute-apply",
      "ci-data-apply",
      "cloudwatch.amazonaws.com",
      "events.amazonaws.com",
      "events.rds.amazonaws.com",
      "fargate.amazonaws.com",
    ],
    grant: ["ci-compute-apply", "ci-data-apply", "fargate.amazonaws.com"],
  },
  backup: {
    open: ["backup", "ci-data-apply"],
    seal: ["backup", "ci-data-apply"],
    grant: ["backup", "ci-data-apply"],
  },
  signing: { open: [], seal: [], grant: [], sign: ["api-task", "audit-exporter"] },
};

export function keyUserGuarantees(models: Models): void {
  describe("the key-use table", () => {
    const users = (suffix: "prod" | "local", name: string, actions: readonly string[]) => {
      const model = models()[suffix];
      const key = keysOf(model).find((each) => each.name === name);
      if (!key) throw new Error(`There is no key ${name}.`);
      return mayWithKey(model, key, actions)
        .map((user) => user.replace(`srs-${suffix}-`, ""))
        .toSorted();
    };

    it("has a row for every key", () => {
      for (const model of Object.values(models())) {
        expect(
          keysOf(model)
            .map(({ name }) => name)
            .toSorted(),
        ).toEqual(Object.keys(USERS).toSorted());
      }
    });

    it.each(Object.entries(USERS))(
      "of key %s names everybody who opens, seals, signs with or hands on it",
      (name, row) => {
        for (const suffix of ["prod", "local"] as const) {
          expect({
            open: users(suffix, name, OPEN),
            seal: users(suffix, name, SEAL),
            grant: users(suffix, name, ["kms:CreateGrant"]),
            sign: users(suffix, name, ["kms:Sign"]),
          }).toEqual({ sign: [], ...row });
        }
      },
    );

    it("leaves no other use of any key to anybody", () => {
      const others = KEY_USES.filter((action) => ![...OPEN, ...SEAL, "kms:CreateGrant", "kms:Sign"].includes(action));
      const pairs = ["kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext"];
      for (const name of Object.keys(USERS)) {
        // `GenerateDataKey*` covers key pairs too: those who may do the one may do the other.
        expect(users("prod", name, pairs).filter((user) => !USERS[name]?.seal.includes(user))).toEqual([]);
        expect(
          users(
            "prod",
            name,
            others.filter((action) => !pairs.includes(action)),
          ),
        ).toEqual([]);
      }
    });
  });
}
