import { randomUUID } from "node:crypto";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";

/** An event as rules match it and targets receive it. */
export interface Event {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventFacts {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly at: Date;
  readonly resources?: readonly string[];
}

export function newEvent({ source, detailType, detail, at, resources = [] }: EventFacts): Event {
  return {
    ...{ version: "0", id: randomUUID(), "detail-type": detailType, source, account: ACCOUNT_ID },
    // EventBridge writes whole seconds.
    time: `${at.toISOString().slice(0, 19)}Z`,
    ...{ region: REGION, resources, detail },
  };
}
