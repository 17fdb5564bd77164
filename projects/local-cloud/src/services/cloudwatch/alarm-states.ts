import type { ApiHandler, ApiResponse, Cloud } from "../../cloud.ts";
import { COMPOSITE_ALARM, METRIC_ALARM } from "./composite-alarm.ts";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
const STATES: readonly string[] = ["OK", "ALARM", "INSUFFICIENT_DATA"] satisfies AlarmState[];

/**
 * Nothing on this machine measures, so an alarm is in the state that it was put in: `SetAlarmState` is how one tries
 * what follows from an alarm, on AWS as well. Kept as long as the cloud runs.
 */
export class AlarmStates {
  readonly #cloud: Cloud;
  readonly #states = new Map<string, AlarmState>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** @returns undefined when there is no such alarm */
  stateOf(alarmName: string): AlarmState | undefined {
    const exists = [METRIC_ALARM, COMPOSITE_ALARM].some((token) => this.#cloud.account.byId(token, alarmName));
    return exists ? (this.#states.get(alarmName) ?? "INSUFFICIENT_DATA") : undefined;
  }

  /** `SetAlarmState`, in JSON and in the query protocol; other calls go on to moto. */
  readonly handle: ApiHandler = async ({ action, body, headers }) => {
    if (action !== "SetAlarmState") return undefined;
    const text = body.toString("utf8");
    const json = (headers["content-type"] ?? "").includes("json");
    const call = (json ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))) as Record<string, string>;
    const { AlarmName = "", StateValue = "", StateReason } = call;
    if (this.stateOf(AlarmName) === undefined) return fault(404, "ResourceNotFound", `There is no alarm ${AlarmName}.`);
    if (!STATES.includes(StateValue) || StateReason === undefined)
      return fault(400, "ValidationError", `StateValue must be one of ${STATES.join(", ")}, with a StateReason.`);
    this.#states.set(AlarmName, StateValue as AlarmState);
    this.#cloud.log(`cloudwatch: alarm ${AlarmName} is ${StateValue} (${StateReason})`);
    return json
      ? { status: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body: "{}" }
      : { status: 200, headers: { "content-type": "text/xml" }, body: "<SetAlarmStateResponse/>" };
  };
}

const fault = (status: number, code: string, message: string): ApiResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": code },
  body: JSON.stringify({ __type: code, message }),
});
