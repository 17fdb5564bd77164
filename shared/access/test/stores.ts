/** Guarantees about what is kept: who reads it in clear, who writes it, and that nobody shortens its life. */
import { askers, deployedRole, guardOf, mayDo, mayRead, type AccessModel } from "../src/index.ts";
import { resourceOf, without, type Models } from "./system.ts";

/** Who may do this to something, by the resource's policy and their own. */
function whoMay(model: AccessModel, action: string, arn: string): readonly string[] {
  const resource = guardOf(model, arn);
  return askers(model, resource)
    .filter((asker) => mayDo(model, asker, action, arn, resource).possible)
    .map(({ name }) => name);
}

/** Who gets the content in clear, decrypted. */
function whoReads(model: AccessModel, action: string, arn: string): readonly string[] {
  const resource = guardOf(model, arn);
  return askers(model, resource)
    .filter((asker) => mayRead(model, asker, action, arn, resource))
    .map(({ name }) => name);
}

export function storeGuarantees(models: Models): void {
  describe("the audit store", () => {
    const object = (model: AccessModel) => `${resourceOf(model, "bucket", "audit").arn}/AWSLogs/any`;

    it("is read by the auditor, and by nobody of the platform", () => {
      for (const model of Object.values(models())) {
        expect(whoReads(model, "s3:GetObject", object(model))).toEqual(["srs-auditor"]);
        expect(whoReads(model, "s3:GetObjectVersion", object(model))).toEqual(["srs-auditor"]);
      }
    });

    it("would be read by others, and this would be seen, without its denial and with a careless key", () => {
      const open = without(models().prod, "DenyReadingToOthers");
      // The bucket's half is gone; the key still keeps the content from everybody who is not admitted to it.
      expect(whoMay(open, "s3:GetObject", object(open))).toContain("any other administrator");
      expect(whoReads(open, "s3:GetObject", object(open))).toEqual(["srs-auditor"]);
    });

    it("keeps what is locked for everybody: no role of the account may bypass or shorten it", () => {
      const { prod } = models();
      const { arn } = resourceOf(prod, "bucket", "audit");
      expect(whoMay(prod, "s3:BypassGovernanceRetention", object(prod))).toEqual([]);
      for (const [action, target] of [
        ["s3:DeleteObjectVersion", object(prod)],
        ["s3:PutBucketObjectLockConfiguration", arn],
        ["s3:PutLifecycleConfiguration", arn],
      ] as const) {
        const able = whoMay(prod, action, target).filter((name) => name !== "srs-prod-ci-security-apply");
        expect({ action, able }).toEqual({ action, able: [] });
      }
    });

    it("would let go of it, and this would be seen, without the denial", () => {
      const open = without(models().prod, "DenyUndoing");
      expect(whoMay(open, "s3:BypassGovernanceRetention", object(open))).toContain("any other administrator");
    });
  });

  describe("the archive of events", () => {
    const object = (model: AccessModel) => `${resourceOf(model, "bucket", "archive").arn}/class=R3/any`;

    it("is read for a replay and for backups, and by nobody else of the account", () => {
      for (const [suffix, model] of Object.entries(models())) {
        expect(whoReads(model, "s3:GetObjectVersion", object(model))).toEqual([`srs-${suffix}-backup`, "srs-replay"]);
      }
    });

    it("is written by its archiver, and by restores", () => {
      for (const [suffix, model] of Object.entries(models())) {
        const writers = [`srs-${suffix}-backup`, `srs-${suffix}-consumer-archiver`];
        expect(whoMay(model, "s3:PutObject", object(model)).filter((name) => !writers.includes(name))).toEqual([]);
      }
    });

    it("would be read by others, and this would be seen, without its denial", () => {
      const open = without(models().prod, "DenyReadingToOthers");
      expect(whoMay(open, "s3:GetObject", object(open))).toContain("any other administrator");
    });
  });

  describe("recovery points", () => {
    it("are deleted and shortened by nobody, administrators included", () => {
      for (const model of Object.values(models())) {
        const { arn } = resourceOf(model, "backup-vault", "records");
        for (const action of ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"])
          expect({ action, able: whoMay(model, action, arn) }).toEqual({ action, able: [] });
      }
    });
  });

  describe("the event stream", () => {
    const stream = (model: AccessModel) => resourceOf(model, "stream", "student-events").arn;

    it("is written by the relay alone: not by the API, not by an administrator", () => {
      for (const [suffix, model] of Object.entries(models())) {
        for (const action of ["kinesis:PutRecord", "kinesis:PutRecords"]) {
          const relay = `srs-${suffix}-relay-task`;
          expect(whoMay(model, action, stream(model)).filter((name) => name !== relay)).toEqual([]);
        }
        expect(whoMay(model, "kinesis:PutRecords", stream(model))).toContain(`srs-${suffix}-relay-task`);
      }
    });

    it("is read in clear by its consumers alone", () => {
      for (const [suffix, model] of Object.entries(models())) {
        const readers = whoReads(model, "kinesis:GetRecords", stream(model));
        expect(readers.filter((name) => !name.startsWith(`srs-${suffix}-consumer-`))).toEqual([]);
        expect(readers).toContain(`srs-${suffix}-consumer-cache-invalidator`);
      }
    });

    it("would be written by others, and this would be seen, without its denial", () => {
      const open = without(models().prod, "OnlyTheRelayWrites");
      expect(whoMay(open, "kinesis:PutRecords", stream(open))).toContain("any other administrator");
    });
  });

  describe("a secret", () => {
    it.each([
      ["db-app-a", ["db-proxy", "rotation", "api-task", "relay-task", "audit-exporter"]],
      ["db-app-b", ["db-proxy", "rotation", "api-task", "relay-task", "audit-exporter"]],
      ["cache-api", ["rotation", "api-task"]],
      ["pseudonym-salt", ["rotation", "api-task"]],
      ["cache-invalidator", ["rotation", "consumer-cache-invalidator"]],
    ])("%s is read in clear by %j alone", (name, readers) => {
      for (const [suffix, model] of Object.entries(models())) {
        const secret = resourceOf(model, "secret", name);
        const expected = readers.map((role) => `srs-${suffix}-${role}`);
        expect(whoReads(model, "secretsmanager:GetSecretValue", secret.arn)).toEqual(expected);
      }
    });

    it("of the database's master is read by the rotation alone among the roles of the platform", () => {
      const { prod } = models();
      const master = /"(arn:aws:secretsmanager:[^"]*:secret:rds!cluster-[^"*]+)"/.exec(JSON.stringify(prod.roles))?.[1];
      const able = prod.roles.filter(
        (role) => mayDo(prod, deployedRole(role), "secretsmanager:GetSecretValue", master ?? "").possible,
      );
      expect(able.map(({ name }) => name)).toEqual(["srs-prod-rotation"]);
    });
  });
}
