// The network loses one edge that the running system uses, and exactly what needs it fails; with it all is whole again.
import { PATHS, type PathName } from "./edge-paths.ts";
import { NetworkEdges } from "./network-edges.ts";
import { useFailureStack } from "./stack.ts";

const stack = useFailureStack("local-edges");
const edges = new NetworkEdges(stack);

/** What does not happen within this time does not happen: when all is well it takes a third of it. */
const BROKEN_AFTER_MS = 12_000;
const WHOLE_WITHIN_MS = 90_000;

jest.setTimeout(6 * 60_000);

const READ: PathName = "a record is read through the gateway";
const API: PathName = "a task of the API starts";
const RELAY: PathName = "a new relay carries a change to the consumer";
const CONSUMER: PathName = "a new environment of the consumer takes a change";
const LOGIN: PathName = "a database login rotates";
const CACHE_LOGIN: PathName = "a cache login rotates";

const ROWS: readonly (readonly [edge: string, path: PathName])[] = [
  ["vpc-link-to-alb-443", READ],
  ["alb-to-api-task-8443", READ],
  ["api-task-to-db-proxy-5432", READ],
  ["api-task-to-cache-6379", "a record is read from the cache"],
  ["api-task-to-efs-2049", API],
  ["api-task-to-endpoints-443", API],
  ["api-task-to-internet-443", "new tasks of the API check a token"],
  ["relay-to-db-proxy-5432", RELAY],
  ["relay-to-endpoints-443", RELAY],
  ["relay-to-s3-prefix-list-443", RELAY],
  ["consumer-to-cache-6379", CONSUMER],
  ["consumer-to-endpoints-443", CONSUMER],
  ["db-proxy-to-database-5433", READ],
  ["migration-to-database-5433", "the schema is migrated"],
  ["rotation-to-database-5433", LOGIN],
  ["rotation-to-db-proxy-5432", LOGIN],
  ["rotation-to-cache-6379", CACHE_LOGIN],
  ["rotation-to-endpoints-443", LOGIN],
  ["rotation-to-internet-443", CACHE_LOGIN],
];

/** Used, but nothing fails without them: port 443 to everywhere, which their group has as well, admits the same. */
const COVERED = new Set(["api-task-to-s3-prefix-list-443"]);

it.each(ROWS)("without %s: %s no more, and does with it", async (edge, path) => {
  await edges.without(edge, async () => {
    const from = edges.logLength();
    await expect(PATHS[path](stack, BROKEN_AFTER_MS)).rejects.toThrow();
    const rejections = edges.rejectionsSince(from);
    expect(rejections.length).toBeGreaterThan(0);
    expect(rejections.filter((rejection) => rejection.edge !== edge)).toEqual([]);
    for (const { line } of rejections) expect(line).toMatch(/has no (egress|ingress) rule for tcp/);
  });
  await PATHS[path](stack, WHOLE_WITHIN_MS);
});

it("knows what each edge is for that the running system uses, and names those that it does not use", () => {
  const used = edges.exercised();
  const known = new Set(ROWS.map(([edge]) => edge));
  expect(used.filter((edge) => !known.has(edge) && !COVERED.has(edge))).toEqual([]);
  const unused = edges.deployed().filter((edge) => !used.includes(edge));
  process.stdout.write(`Edges that nothing used:\n${unused.map((each) => `  ${each}\n`).join("")}`);
});
