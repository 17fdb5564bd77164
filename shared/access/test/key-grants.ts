/** Whether what keys admit and what roles are allowed fit together: neither half does anything without the other. */
import { coversAction, listOf, MANAGED_POLICIES, type Statement } from "@records/iam";
import {
  deployedRole,
  knownContext,
  mayDo,
  principalsIn,
  type AccessModel,
  type Asker,
  type GuardedResource,
} from "../src/index.ts";
import { ALL_KEY_ACTIONS } from "./guarantees.ts";
import { changed, keysOf, type Models } from "./system.ts";

/** `<key>/<statement>: <role>` where a key admits a role that exists, and nothing in the role's policies uses it. */
export function unusedAdmissions(model: AccessModel): readonly string[] {
  return keysOf(model).flatMap((key) =>
    (key.policy?.document.Statement ?? [])
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap((statement) =>
        admittedRoles(model, statement)
          .filter((role) => !uses(model, key, statement, role.name))
          .map((role) => `${key.name}/${statement.Sid}: ${role.name}`),
      ),
  );
}

function admittedRoles(model: AccessModel, statement: Statement) {
  const patterns = principalsIn({ Statement: [statement] }).roles.map(
    (pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`),
  );
  return model.roles.filter(({ name }) => patterns.some((pattern) => pattern.test(name)));
}

function uses(model: AccessModel, key: GuardedResource, statement: Statement, roleName: string): boolean {
  const role = model.roles.find(({ name }) => name === roleName);
  // This statement alone: another one of the same key must not answer for it.
  const alone = { ...key, policy: { name: key.name, document: { Statement: [statement] } } };
  const actions = ALL_KEY_ACTIONS.filter((action) => coversAction(statement, action));
  return (
    role !== undefined && actions.some((action) => mayDo(model, deployedRole(role), action, key.arn, alone).possible)
  );
}

/**
 * `<role>/<statement>: <key>` where our policies of a role allow something with a key and the key refuses all of it; of
 * the roles at work, `<role>/<statement>: <action> <key>` for each single action. Statements of pipelines list what a
 * service may ask for, so there one action that works is enough, and for a pattern of keys one key.
 */
export function refusedPermissions(model: AccessModel): readonly string[] {
  return model.roles.flatMap((role) =>
    role.policies.filter(isOurs).flatMap((policy) =>
      policy.document.Statement.filter(({ Effect }) => Effect === "Allow").flatMap((statement) => {
        const alone = { ...policy, document: { ...policy.document, Statement: [statement] } };
        const asker = { ...deployedRole(role), identity: [alone] };
        const label = `${role.name}/${statement.Sid}`;
        const tried = allowedWithKeys(model, asker, statement);
        const refused = tried.filter(({ action, key }) => !mayDo(model, asker, action, key.arn, key).possible);
        if (!role.name.includes("-ci-")) return refused.map(({ action, key }) => `${label}: ${action} ${key.name}`);
        const works = (name: string) =>
          tried.filter(({ key }) => key.name === name).length > refused.filter(({ key }) => key.name === name).length;
        if (listOf(statement.Resource).some((arn) => arn.endsWith("*")))
          return tried.length > 0 && tried.length === refused.length ? [`${label}: any key`] : [];
        return [...new Set(tried.map(({ key }) => key.name))]
          .filter((name) => !works(name))
          .map((name) => `${label}: ${name}`);
      }),
    ),
  );
}

/** AWS's own policies speak of whatever keys there are: what keys refuse of that, they refuse on purpose. */
const isOurs = ({ name }: { readonly name: string }): boolean =>
  !Object.keys(MANAGED_POLICIES).some((arn) => arn.endsWith(`/${name}`));

/** What the statement allows with each key, within the role's boundary, before the key is asked. */
function allowedWithKeys(model: AccessModel, asker: Asker, statement: Statement) {
  const actions = ALL_KEY_ACTIONS.filter((action) => coversAction({ Action: kmsOnly(statement) }, action));
  return keysOf(model).flatMap((key) => {
    // Tags and aliases of the key count; its policy does not.
    const unguarded = { ...key, kind: "topic", policy: undefined } as const;
    const context = { ...knownContext(model, key) };
    return actions
      .filter((action) => mayDo(model, asker, action, key.arn, unguarded, context).possible)
      .map((action) => ({ action, key }));
  });
}

const kmsOnly = ({ Action }: Statement): readonly string[] =>
  listOf(Action).filter((action) => action.toLowerCase().startsWith("kms:"));

/**
 * Keys admit these roles already, and the roles make no use of it: with the reason. A line that is no longer true fails
 * the test, so that the list does not outlive its reasons.
 */
const ADMITTED_WITHOUT_USE: Readonly<Record<string, string>> = {
  "student-fields/WrapAndUnwrapDataKeys: relay-task": "the service encrypts no field yet",
  "student-fields/WrapAndUnwrapDataKeys: consumer-cache-invalidator":
    "reads no field; the pattern admits every consumer",
  "files/ThroughEfs: api-task": "a mount needs no key: the file system has a grant of its own",
  "compute/FunctionsRun: rotation": "Lambda opens variables by the grant it was given when the function was made",
  "compute/FunctionsRun: migration": "as rotation",
  "compute/FunctionsRun: consumer-cache-invalidator": "as rotation",
  "compute/FunctionsRun: audit-exporter": "as rotation",
};

/** Pipelines are allowed these and keys refuse them, on purpose. */
const REFUSED_ON_PURPOSE: Readonly<Record<string, string>> = {
  "ci-network-plan/ReadSettings: any key": "every layer's list of reads begins alike; keys are the security layer's",
  "ci-network-apply/ReadSettings: any key": "as above",
  "ci-data-plan/ReadSettings: any key": "as above",
  "ci-compute-plan/ReadSettings: any key": "as above",
  "ci-data-apply/GrantKeys: events":
    "stream and queues are encrypted without a grant; the list names every key of the layer",
};

export function grantGuarantees(models: Models): void {
  describe("keys and roles", () => {
    it("fit together: every role that a key admits has the permission for it, or is listed with the reason", () => {
      for (const [suffix, model] of Object.entries(models())) {
        const unused = unusedAdmissions(model).map((line) => line.replace(`srs-${suffix}-`, ""));
        expect(unused.toSorted()).toEqual(Object.keys(ADMITTED_WITHOUT_USE).toSorted());
      }
    });

    it("fit together: what a role's policy allows with a key, the key's policy allows too", () => {
      for (const [suffix, model] of Object.entries(models())) {
        const refused = refusedPermissions(model).map((line) => line.replace(`srs-${suffix}-`, ""));
        expect(refused.toSorted()).toEqual(Object.keys(REFUSED_ON_PURPOSE).toSorted());
      }
    });

    it("would not fit, and this would be seen, if one half went missing", () => {
      const { prod } = models();
      const dropped = (sid: string) => changed(prod, (statement) => (statement.Sid === sid ? undefined : statement));
      expect(refusedPermissions(dropped("RelayWrites"))).toContain(
        "srs-prod-relay-task/EncryptEvents: kms:GenerateDataKey events",
      );
      expect(unusedAdmissions(dropped("EncryptEvents"))).toContain("events/RelayWrites: srs-prod-relay-task");
    });
  });
}
