import type { ApiRequest, ApiResponse } from "../../cloud.ts";
import { faultResponse } from "../../aws-api/errors.ts";
import { OPERATOR_ARN } from "../../runtime/credentials.ts";
import type { EventBus } from "./bus.ts";
import { newEvent } from "./event.ts";
import { parsePattern, patternFault } from "./pattern.ts";
import { DEFAULT_BUS } from "./rule.ts";

const ENTRIES_MAX = 10;
const BYTES_MAX = 256 * 1024;

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  /** Seconds since 1970. */
  readonly Time?: number;
  readonly Resources?: readonly string[];
  readonly EventBusName?: string;
}

/** The calls of EventBridge's API that are served here: rules and targets are made by the engine alone. */
export async function handleEventsCall(bus: EventBus, request: ApiRequest): Promise<ApiResponse | undefined> {
  const input = () => JSON.parse(request.body.toString()) as Record<string, unknown>;
  switch (request.action) {
    case "PutEvents":
      return putEvents(bus, (input().Entries ?? []) as readonly Entry[], request.principalArn);
    case "TestEventPattern":
      return testEventPattern(input() as { EventPattern: string; Event: string });
    default:
      return undefined;
  }
}

function putEvents(bus: EventBus, entries: readonly Entry[], principalArn: string): ApiResponse {
  if (entries.length < 1 || entries.length > ENTRIES_MAX)
    return refusal("ValidationException", `Member must have 1 to ${ENTRIES_MAX} entries; there are ${entries.length}.`);
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > BYTES_MAX)
    return refusal("ValidationException", "Total size of the entries in the request is over the limit.");
  const results = entries.map((entry) => {
    const fault = faultOf(entry, principalArn);
    if (fault !== undefined) return { ErrorCode: fault.code, ErrorMessage: fault.message };
    const event = newEvent({
      ...{ source: entry.Source!, detailType: entry.DetailType!, resources: entry.Resources },
      detail: JSON.parse(entry.Detail!) as Record<string, unknown>,
      at: entry.Time === undefined ? new Date() : new Date(entry.Time * 1_000),
    });
    bus.put(event);
    return { EventId: event.id };
  });
  return answer({ FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results });
}

function faultOf(entry: Entry, principalArn: string): { code: string; message: string } | undefined {
  const { Source, DetailType, Detail, EventBusName = DEFAULT_BUS } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value === undefined || value === "")
      return {
        code: "InvalidArgument",
        message: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  }
  if (EventBusName !== DEFAULT_BUS && !EventBusName.endsWith(`:event-bus/${DEFAULT_BUS}`))
    return { code: "InvalidArgument", message: `Event bus ${EventBusName} does not exist.` };
  if (!isJsonObject(Detail!)) return { code: "MalformedDetail", message: "Detail is malformed." };
  // On AWS only AWS itself sends these. Here nobody plays GuardDuty, so the operator may, and no program.
  if (Source!.startsWith("aws.") && principalArn !== OPERATOR_ARN)
    return { code: "NotAuthorizedForSourceException", message: `Not authorized for the source ${Source}.` };
  return undefined;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf({ Source = "", DetailType = "", Detail = "", Resources = [], Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function testEventPattern({ EventPattern, Event }: { EventPattern: string; Event: string }): ApiResponse {
  const fault = patternFault(EventPattern);
  if (fault !== undefined) return refusal("InvalidEventPatternException", fault);
  return answer({ Result: parsePattern(EventPattern)(JSON.parse(Event)) });
}

function answer(body: object): ApiResponse {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}

function refusal(code: string, message: string): ApiResponse {
  return faultResponse("json", { code, message, status: 400 });
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
