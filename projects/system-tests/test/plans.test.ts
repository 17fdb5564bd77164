/**
 * How much of everything each kind of stack has, without an account and without credentials. The real engine plans the
 * largest and the smallest stack whole, every policy included, and every stack's network, whose component makes children
 * that only the engine sees. The other programs are recorded, and recordings count as the engine does.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Layer, LAYERS, plannedCounts, readStates } from "@records/deploy";
import {
  PINNED_STACKS,
  pinnedResources,
  type PinnedResources,
  type PinnedStack,
  type Recording,
  recordSystem,
} from "@records/testing";
import { ROOT } from "../src/deployment.ts";
import { plannedSubnets } from "./planned-network.ts";

const run = promisify(execFile);
const MINUTE_MS = 60_000;
jest.setTimeout(5 * MINUTE_MS);

const PLANNED_WHOLE: readonly PinnedStack[] = ["prod", "pr123"];
/** What a component of somebody else's makes of a resource, in the engine; the two whole plans hold this table. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  "awsx:ecr:Repository": ["aws:ecr/repository:Repository", "aws:ecr/lifecyclePolicy:LifecyclePolicy"],
  // Waits for the repository's address: a plan does not show it yet.
  "awsx:ecr:Image": [],
};

type Counts = Readonly<Record<string, number>>;
const planned = {} as Record<PinnedStack, Readonly<Partial<Record<Layer, Counts>>>>;
const recorded = {} as Record<PinnedStack, Readonly<Record<Layer, Counts>>>;
/** What the command printed, by stack. */
const printed: Record<string, string> = {};

async function plan(stack: PinnedStack): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: "" };
  // The plan must need nothing of AWS, whoever runs this.
  for (const name of Object.keys(env)) if (/^(AWS_|PULUMI_BACKEND_URL$)/.test(name)) delete env[name];
  const part = PLANNED_WHOLE.includes(stack) ? [] : ["--project", "network", "--quiet"];
  const args = ["shared/deploy/src/cli.ts", "preview", "--stack", stack, "--empty", ...part];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, env });
  return stdout;
}

function counted(recording: Recording): Counts {
  const counts: Record<string, number> = {};
  for (const [type, count] of Object.entries(recording.counts())) {
    for (const each of CHILDREN[type] ?? [type]) counts[each] = (counts[each] ?? 0) + count;
  }
  return counts;
}

beforeAll(async () => {
  for (const stack of PINNED_STACKS) {
    printed[stack] = await plan(stack);
    planned[stack] = plannedCounts(ROOT, stack, PLANNED_WHOLE.includes(stack) ? LAYERS : ["network"]);
    const { security, network, data, compute } = await recordSystem(stack);
    recorded[stack] = {
      ...{ security: counted(security), network: counted(network) },
      ...{ data: counted(data), compute: counted(compute) },
    };
  }
  // Five stacks, two of them whole: minutes on a busy machine.
}, 10 * 60_000);

it.each(PLANNED_WHOLE)(
  "plans %s without AWS, policies included, and shows the number of resources by type",
  (stack) => {
    for (const layer of LAYERS)
      expect(printed[stack]).toMatch(new RegExp(`^${layer} .*preview: \\d+ to be created`, "m"));
    expect(printed[stack]).not.toMatch(/mandatory|error/);
    const total = LAYERS.flatMap((layer) => Object.values(planned[stack][layer]!)).reduce((sum, n) => sum + n, 0);
    expect(printed[stack]).toMatch(new RegExp(`^in all .* ${total}$`, "m"));
  },
);

it.each(["security", "data", "compute"] as const)("plans %s as it is recorded, type by type", (layer) => {
  for (const stack of PLANNED_WHOLE) expect(planned[stack][layer]).toEqual(recorded[stack][layer]);
});

it.each(LAYERS)("declares as many resources of each type in %s as its inventory pins", (layer) => {
  const counts = (stack: PinnedStack) => planned[stack][layer] ?? recorded[stack][layer];
  const types = [...new Set(PINNED_STACKS.flatMap((stack) => Object.keys(counts(stack))))].toSorted();
  const now: PinnedResources = Object.fromEntries(
    types.map((type) => [
      type,
      Object.fromEntries(
        PINNED_STACKS.flatMap((stack) => {
          const count = counts(stack)[type];
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
