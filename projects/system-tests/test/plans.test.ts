/**
 * The four programs through the real engine against an empty state, for one stack of every kind: no account, no
 * credentials. Every policy holds, and there is as much of everything as each layer's inventory pins.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { LAYERS, plannedCounts, readStates } from "@records/deploy";
import { PINNED_STACKS, pinnedResources, type PinnedResources } from "@records/testing";
import { ROOT } from "../src/deployment.ts";
import { plannedSubnets } from "./planned-network.ts";

const run = promisify(execFile);
const MINUTE_MS = 60_000;
jest.setTimeout(5 * MINUTE_MS);

type Counts = ReturnType<typeof plannedCounts>;
const counts = {} as Record<(typeof PINNED_STACKS)[number], Counts>;
/** What the command printed, by stack. */
const printed: Record<string, string> = {};

async function plan(stack: string): Promise<string> {
  const cli = "shared/deploy/src/cli.ts";
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: "" };
  // The plan must need nothing of AWS, whoever runs this.
  for (const name of Object.keys(env)) if (/^(AWS_|PULUMI_BACKEND_URL$)/.test(name)) delete env[name];
  const { stdout } = await run(process.execPath, [cli, "preview", "--stack", stack, "--empty"], { cwd: ROOT, env });
  return stdout;
}

beforeAll(async () => {
  for (const stack of PINNED_STACKS) {
    printed[stack] = await plan(stack);
    counts[stack] = plannedCounts(ROOT, stack);
  }
});

it.each(PINNED_STACKS)(
  "plans %s without AWS, policies included, and shows the number of resources by type",
  (stack) => {
    for (const layer of LAYERS)
      expect(printed[stack]).toMatch(new RegExp(`^${layer} .*preview: \\d+ to be created`, "m"));
    expect(printed[stack]).not.toMatch(/mandatory|error/);
    const total = LAYERS.flatMap((layer) => Object.values(counts[stack][layer])).reduce((sum, count) => sum + count, 0);
    expect(printed[stack]).toMatch(new RegExp(`^in all .* ${total}$`, "m"));
  },
);

it.each(LAYERS)("plans as many resources of each type in %s as its inventory pins", (layer) => {
  const types = [...new Set(PINNED_STACKS.flatMap((stack) => Object.keys(counts[stack][layer])))].toSorted();
  const now: PinnedResources = Object.fromEntries(
    types.map((type) => [
      type,
      Object.fromEntries(
        PINNED_STACKS.flatMap((stack) => {
          const count = counts[stack][layer][type];
          return count === undefined ? [] : [[stack, count]];
        }),
      ),
    ]),
  );
  expect(types.length).toBeGreaterThan(10);
  expect(now).toEqual(pinnedResources(`projects/${layer}`, now));
});

it.each(["dev", "pr123", "staging", "prod"])(
  "gives %s subnets without public addresses: NAT for private ones, and no way out for isolated ones",
  async (stack) => {
    const { network } = await readStates(ROOT, stack);
    const subnets = plannedSubnets(network?.deployment.resources ?? []);
    const ways = (tier: string) => [
      ...new Set(subnets.filter(({ name }) => name.startsWith(tier)).map(({ wayOut }) => wayOut)),
    ];
    expect(subnets.length).toBeGreaterThanOrEqual(6);
    expect(subnets.filter(({ publicAddresses }) => publicAddresses !== false)).toEqual([]);
    expect(ways("public")).toEqual(["internet gateway"]);
    expect(ways("private")).toEqual(["NAT gateway"]);
    expect(ways("isolated")).toEqual([undefined]);
  },
);
