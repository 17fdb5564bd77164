// A role loses one statement that the running system uses, and exactly what needs it fails; with it all is whole again.
import { PATHS, type PathName } from "./role-paths.ts";
import { RoleStatements } from "./role-statements.ts";
import { useFailureStack } from "./stack.ts";

const stack = useFailureStack("local-roles");
const statements = new RoleStatements(stack);

/** What does not happen within this time does not happen: when all is well it takes a third of it. */
const BROKEN_AFTER_MS = 12_000;
const WHOLE_WITHIN_MS = 90_000;

jest.setTimeout(4 * 60_000);

const API: PathName = "a task of the API starts";
const RELAY: PathName = "a new relay carries a change to the consumer";
const CONSUMER: PathName = "a new environment of the consumer takes a change";
const EXPORT: PathName = "the audit log is exported";
const CACHE_LOGIN: PathName = "a cache login rotates";

const ROWS: readonly (readonly [role: string, sid: string, path: PathName])[] = [
  ["api-task", "ReadSecrets", API],
  ["api-task", "DecryptSecrets", API],
  ["api-task", "ReadConfiguration", API],
  ["api-task", "KeepDocuments", API],
  ["api-execution", "PullImage", API],
  ["api-execution", "SignInToRegistry", API],
  ["api-execution", "WriteLogs", API],
  ["db-proxy", "ReadLogins", RELAY],
  ["db-proxy", "OpenThem", RELAY],
  ["relay-task", "ReadSecrets", RELAY],
  ["relay-task", "DecryptSecrets", RELAY],
  ["relay-task", "SendEvents", RELAY],
  ["relay-task", "EncryptEvents", RELAY],
  ["consumer-cache-invalidator", "ReadSecrets", CONSUMER],
  ["consumer-cache-invalidator", "DecryptSecrets", CONSUMER],
  ["consumer-cache-invalidator", "ReadAsRegisteredConsumer", CONSUMER],
  ["consumer-cache-invalidator", "DecryptEvents", CONSUMER],
  ["migration", "ConnectAsOwner", "the schema is migrated"],
  ["audit-exporter", "ReadSecrets", EXPORT],
  ["audit-exporter", "DecryptSecrets", EXPORT],
  ["audit-exporter", "KeepExports", EXPORT],
  ["audit-exporter", "EncryptExports", EXPORT],
  ["rotation", "KeepSecrets", CACHE_LOGIN],
  ["rotation", "OpenAndClose", CACHE_LOGIN],
  ["rotation", "ChangeCacheUsers", CACHE_LOGIN],
  // Once each: of two logins the idle one alone may change, and a client's older secret stays for a week.
  ["rotation", "ReadMaster", "a database login rotates"],
  ["rotation", "ChangeClientSecrets", "a client secret rotates"],
];

/** Asked when something is deployed, or when records are given up: the rows above bring that about in passing. */
const IN_PASSING = new Set([
  ...["ReadStream", "SendTraces", "Trace", "AdoptApiKeys"],
  ...["SetAsideFailures", "EncryptFailures"],
]);

it.each(ROWS)("%s without %s: %s no more, and does with it", async (role, sid, path) => {
  const from = statements.logLength();
  await statements.without(role, sid, async (actions) => {
    await expect(PATHS[path](stack, BROKEN_AFTER_MS)).rejects.toThrow();
    const refusals = statements.refusalsSince(from);
    expect(refusals.length).toBeGreaterThan(0);
    const others = refusals.filter((refusal) => refusal.role !== role || !actions.includes(refusal.action));
    expect(others.map(({ line }) => line)).toEqual([]);
  });
  await PATHS[path](stack, WHOLE_WITHIN_MS);
});

it("knows what each statement is for that the running system uses, and names those that it does not use", async () => {
  const used = statements.exercised();
  const known = new Set(ROWS.map(([role, sid]) => `${role}/${sid}`));
  const unexplained = [...used].flatMap(([role, sids]) =>
    sids.filter((sid) => !known.has(`${role}/${sid}`) && !IN_PASSING.has(sid)).map((sid) => `${role}/${sid}`),
  );
  expect(unexplained).toEqual([]);
  const unused = await statements.unused();
  process.stdout.write(`Statements that nothing used:\n${unused.map((each) => `  ${each}\n`).join("")}`);
});
