/** Registered consumers of student events by their field in the contract: each reads at its own pace. */
export const CONSUMERS = {
  cacheInvalidator: "cache-invalidator",
  projector: "projector",
  webhookDispatcher: "webhook-dispatcher",
  archiver: "archiver",
  privacyWorker: "privacy-worker",
} as const;
export type Consumer = keyof typeof CONSUMERS;
export type ConsumerPurpose = (typeof CONSUMERS)[Consumer];

export const eachConsumer = <T>(make: (purpose: ConsumerPurpose) => T): Record<Consumer, T> =>
  Object.fromEntries(Object.entries(CONSUMERS).map(([field, purpose]) => [field, make(purpose)])) as Record<
    Consumer,
    T
  >;
