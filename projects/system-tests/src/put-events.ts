/** `PutEvents`, the one call of EventBridge's API that is made here. */
import type { Operator } from "./deployment.ts";
import { signedPost } from "./signed-call.ts";

export interface EventEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** @returns the events' ids, in the order of the entries */
export async function putEvents(operator: Operator, entries: readonly EventEntry[]): Promise<readonly string[]> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutEvents" };
  const text = await signedPost(operator, "events", headers, JSON.stringify({ Entries: entries }));
  const { Entries } = JSON.parse(text) as { Entries: readonly { EventId?: string; ErrorMessage?: string }[] };
  return Entries.map(({ EventId, ErrorMessage }) => {
    if (EventId === undefined) throw new Error(`PutEvents did not take an event: ${ErrorMessage}`);
    return EventId;
  });
}
