/** Proves the deployed tamper rules: each tells the topic of what it should, and of nothing else. */
import type { SecurityContract } from "@records/contracts";
import { readStates, type StateResource } from "@records/deploy";
import { type Deployment, ROOT } from "./deployment.ts";
import { eventually } from "./eventually.ts";
import { putEvents } from "./put-events.ts";
import { tamperSamples, type TamperSample } from "./tamper-events.ts";
import { listen } from "./topic-listener.ts";

const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
const EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget";

/** The security layer alone suffices. */
export type WatchedStack = Pick<Deployment, "stack" | "operator">;

/** A rule of the security layer that decides about events, as it is deployed. */
export interface DeployedRule {
  readonly name: string;
  readonly arn: string;
  readonly topicArn: string;
  readonly deadLetterQueueArn: string;
  readonly sample: TamperSample;
}

export interface Proof {
  readonly rule: string;
  /** How often the topic heard of the event that matches: once. */
  readonly told: number;
  /** And of the other one: never. */
  readonly toldOfOther: number;
}

/** @throws {Error} when a rule is deployed for which no sample is written, or a sample's rule is not deployed */
export async function deployedRules(deployment: WatchedStack): Promise<readonly DeployedRule[]> {
  const { security } = await readStates(ROOT, deployment.stack);
  const resources = security?.deployment.resources ?? [];
  const targets = resources.filter(({ type }) => type === EVENT_TARGET);
  const auditBucket = auditBucketOf(resources);
  const rules = resources
    .filter(({ type, inputs }) => type === EVENT_RULE && inputs?.eventPattern !== undefined)
    .map(({ outputs = {} }) => {
      const name = outputs.name as string;
      const target = targets.find(({ inputs }) => inputs?.rule === name)?.inputs;
      if (target === undefined) throw new Error(`The rule ${name} has no target: nobody hears of what it finds.`);
      const [, , , region = "", accountId = ""] = (outputs.arn as string).split(":");
      const sample = Object.entries(tamperSamples({ accountId, region, auditBucket })).find(([purpose]) =>
        name.endsWith(`-${purpose}`),
      )?.[1];
      if (sample === undefined)
        throw new Error(`Nothing proves the rule ${name}. Add its two events to tamper-events.ts.`);
      return {
        ...{ name, arn: outputs.arn as string, topicArn: target.arn as string, sample },
        deadLetterQueueArn: (target.deadLetterConfig as { arn: string }).arn,
      };
    });
  const known = Object.keys(tamperSamples({ accountId: "", region: "", auditBucket }));
  const absent = known.filter((purpose) => !rules.some(({ name }) => name.endsWith(`-${purpose}`)));
  if (absent.length > 0) throw new Error(`No rule watches for ${absent.join(", ")} in stack ${deployment.stack}.`);
  return rules;
}

/** Sends each rule its two events and counts what arrives at its topic, on a queue of its own that it takes away again. */
export async function proveTamperRules(deployment: WatchedStack): Promise<readonly Proof[]> {
  const { operator } = deployment;
  const rules = await deployedRules(deployment);
  const topics = [...new Set(rules.map(({ topicArn }) => topicArn))];
  const listeners = await Promise.all(topics.map((topicArn) => listen(operator, topicArn)));
  try {
    const sent = new Map<string, { matching: string; other: string }>();
    for (const { name, sample } of rules) {
      // First the one that must not arrive: it had more time to than the one that does.
      const [other, matching] = await putEvents(operator, [sample.other, sample.matching]);
      sent.set(name, { other: other!, matching: matching! });
    }
    const heard = (eventId: string) =>
      listeners.reduce((count, listener) => count + listener.heard.filter((id) => id === eventId).length, 0);
    const all = [...sent.values()];
    await eventually("word of every event", async () => {
      await Promise.all(listeners.map((listener) => listener.poll()));
      return all.every(({ matching }) => heard(matching) > 0) ? true : undefined;
    }).catch((error: Error) => {
      // Which one did not arrive is in the proofs; a queue that could not be read is no proof of anything.
      if (error.cause !== undefined) throw error;
    });
    return [...sent].map(([rule, { matching, other }]) => ({
      ...{ rule, told: heard(matching), toldOfOther: heard(other) },
    }));
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}

/** The audit bucket's name, which one of the rules watches for. */
function auditBucketOf(resources: readonly StateResource[]): string {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const contract = stack?.outputs?.contract as SecurityContract | undefined;
  if (contract === undefined) throw new Error("The security layer is not deployed. Run: make deploy-all");
  return contract.auditBucket.name;
}
