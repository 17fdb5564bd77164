import type { Cloud } from "../../cloud.ts";
import type { ResourceRecord } from "../../resource-type.ts";
import { API_CALL } from "./api-call-event.ts";
import { deliver } from "./delivery.ts";
import { isDue, untilNextMinuteMs } from "./due.ts";
import { newEvent, type Event } from "./event.ts";
import { parsePattern } from "./pattern.ts";
import type { EventPattern } from "./pattern.ts";
import { EVENT_RULE, stateOf } from "./rule.ts";
import { deliveryTarget, targetsOf } from "./target.ts";

/** The account's default bus: which rules ask for an event or are due by the clock, and the way to their targets. */
export class EventBus {
  readonly #cloud: Cloud;
  /** By the pattern's text: it is read once, however many events come. */
  readonly #patterns = new Map<string, EventPattern>();
  readonly #underWay = new Set<Promise<void>>();
  #letGo = new AbortController();
  #clock: NodeJS.Timeout | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Returns at once; the targets get the event after that. */
  put(event: Event): void {
    for (const rule of this.rulesFor(event)) this.#send(event, rule);
  }

  /** Runs the scheduled rules that are due in this minute. */
  tick(at: Date): void {
    for (const rule of this.#cloud.account.ofType(EVENT_RULE)) {
      const schedule = rule.inputs.scheduleExpression as string | undefined;
      if (schedule === undefined || stateOf(rule.inputs) === "DISABLED" || !isDue(schedule, at)) continue;
      const resources = [rule.arn ?? ""];
      this.#send(newEvent({ source: "aws.events", detailType: "Scheduled Event", detail: {}, at, resources }), rule);
    }
  }

  /** Enabled rules whose pattern the event has. */
  rulesFor(event: Event): readonly ResourceRecord[] {
    return this.#cloud.account
      .ofType(EVENT_RULE)
      .filter(
        ({ inputs }) =>
          inputs.eventPattern !== undefined &&
          hears(stateOf(inputs), event) &&
          this.#patternOf(inputs.eventPattern as string)(event),
      );
  }

  /** Minutes during which no cloud runs are not made up for. */
  start(): void {
    this.#letGo = new AbortController();
    const nextMinute = (): void => {
      this.#clock = setTimeout(() => {
        this.tick(new Date());
        nextMinute();
      }, untilNextMinuteMs(Date.now())).unref();
    };
    nextMinute();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#clock);
    this.#letGo.abort();
    await Promise.all(this.#underWay);
  }

  #send(event: Event, rule: ResourceRecord): void {
    const facts = { name: rule.id, arn: rule.arn ?? "" };
    for (const target of targetsOf(this.#cloud, rule.id)) {
      const way = { rule: facts, target: deliveryTarget(target), signal: this.#letGo.signal };
      const delivery = deliver(this.#cloud, event, way).catch((error: unknown) => {
        this.#cloud.log(`Event ${event.id} of rule ${rule.id} was given up: ${(error as Error).message}`);
      });
      this.#underWay.add(delivery);
      void delivery.finally(() => this.#underWay.delete(delivery));
    }
  }

  #patternOf(text: string): EventPattern {
    const pattern = this.#patterns.get(text) ?? parsePattern(text);
    this.#patterns.set(text, pattern);
    return pattern;
  }
}

/**
 * Whether a rule in this state is asked at all. Calls that only read are kept from it unless it wants every call:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
 */
function hears(state: string, { "detail-type": detailType, detail }: Event): boolean {
  const reads = detailType === API_CALL && /^(Describe|Get|List)/.test(String(detail.eventName));
  return state === "ENABLED" ? !reads : state !== "DISABLED";
}
