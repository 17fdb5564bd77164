/** Who hears of alerts: the config key `alertSubscriptions`, checked before anything is made of it. */
export const TOPICS = ["alerts", "security"] as const;
export type Topic = (typeof TOPICS)[number];

/** Protocols with which a person or a system outside subscribes, and what SNS takes as an endpoint of each. */
const ENDPOINTS = {
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  https: /^https:\/\/\S+$/,
  sms: /^\+[1-9][0-9]{6,14}$/,
} as const;

export interface AlertSubscription {
  /** Tells one subscription of a topic from another, so that a changed endpoint replaces that one alone. */
  readonly name: string;
  readonly topic: Topic;
  readonly protocol: keyof typeof ENDPOINTS;
  readonly endpoint: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @throws {Error} naming the entry and what to correct */
export function parseAlertSubscriptions(value: unknown): readonly AlertSubscription[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error("The config key alertSubscriptions must be a list. Correct it.");
  const subscriptions = value.map(parseOne);
  const names = subscriptions.map(({ topic, name }) => `${topic}/${name}`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return subscriptions;
  throw new Error(`The config key alertSubscriptions lists "${twice}" twice. Give each subscription its own name.`);
}

function parseOne(entry: unknown): AlertSubscription {
  const { name, topic, protocol, endpoint } = (entry ?? {}) as Partial<Record<keyof AlertSubscription, unknown>>;
  const text = JSON.stringify(name);
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new Error(`An alert subscription's name must match ${NAME.source}. Correct ${text} in alertSubscriptions.`);
  }
  if (!isOneOf(TOPICS, topic)) {
    throw new Error(`Alert subscription ${text} has no topic that exists. Choose one of ${TOPICS.join(", ")}.`);
  }
  const protocols = Object.keys(ENDPOINTS) as (keyof typeof ENDPOINTS)[];
  if (!isOneOf(protocols, protocol)) {
    throw new Error(`Alert subscription ${text} has a protocol we do not set up. Choose ${protocols.join(", ")}.`);
  }
  if (typeof endpoint !== "string" || !ENDPOINTS[protocol].test(endpoint)) {
    throw new Error(
      `Alert subscription ${text} has an endpoint that SNS would refuse for ${protocol}: nobody would hear of an alert. ` +
        "Write an address, an https:// URL, or a telephone number as +15551230000.",
    );
  }
  return { name, topic, protocol, endpoint };
}

function isOneOf<T extends string>(known: readonly T[], value: unknown): value is T {
  return (known as readonly unknown[]).includes(value);
}
