/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
import { arn } from "../../identifiers.ts";
import { given, operations, type Input } from "../request.ts";

const busArn = (bus = "default"): string => (bus.startsWith("arn:") ? bus : arn("events", `event-bus/${bus}`));

export const events = operations({
  PutEvents: (input) =>
    ((input.Entries ?? []) as readonly Input[]).map((entry) => ({
      action: "events:PutEvents",
      resource: busArn(entry.EventBusName as string | undefined),
      context: { ...given("events:source", entry.Source), ...given("events:detail-type", entry.DetailType) },
    })),
  TestEventPattern: () => [{ action: "events:TestEventPattern", resource: "*" }],
});
