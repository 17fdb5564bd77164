import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { DETECTOR, FOREIGN_DETECTOR } from "./tokens.ts";

const FEATURE = "aws:guardduty/detectorFeature:DetectorFeature";
const STATUSES = ["ENABLED", "DISABLED"];

/** Each feature with the agents it can manage: only the two kinds of runtime monitoring have some. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  S3_DATA_EVENTS: [],
  EKS_AUDIT_LOGS: [],
  EBS_MALWARE_PROTECTION: [],
  RDS_LOGIN_EVENTS: [],
  EKS_RUNTIME_MONITORING: ["EKS_ADDON_MANAGEMENT"],
  LAMBDA_NETWORK_LOGS: [],
  RUNTIME_MONITORING: ["EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"],
  AI_PROTECTION: [],
  AI_ANALYST: [],
};
/** RUNTIME_MONITORING contains the other one, so that a detector has one of the two. */
const RUNTIME = ["EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"];
const INVALID =
  "BadRequestException: The request is rejected because an invalid or out-of-range value is specified as an input parameter";

export const detectorFeature = recordedType({
  token: FEATURE,
  id: ({ detectorId, name }) => `${detectorId}/${name}`,
  // The names of additional configurations cannot change either, but their status can; the whole list is compared here.
  replaceOnChanges: ["detectorId", "name"],
  uniqueBy: ["detectorId", "name"],
  autoName: "name",
  check: ({ name, status, additionalConfigurations }) =>
    failures((refuse) => {
      if (known(name) && !(name in FEATURES))
        refuse("name", `${INVALID}: "${name}" is none of ${Object.keys(FEATURES).join(", ")}.`);
      if (known(status) && !STATUSES.includes(status))
        refuse("status", `${INVALID}: "${status}" is not ENABLED or DISABLED.`);
      for (const agent of known(additionalConfigurations) ? (additionalConfigurations as Properties[]) : []) {
        const managed = known(name) ? FEATURES[name] : undefined;
        if (known(agent.name) && managed !== undefined && !managed.includes(agent.name as string))
          refuse("additionalConfigurations", `${INVALID}: ${name} has no additional configuration "${agent.name}".`);
        if (known(agent.status) && !STATUSES.includes(agent.status as string))
          refuse("additionalConfigurations", `${INVALID}: "${agent.status}" is not ENABLED or DISABLED.`);
      }
    }),
  conflict: ({ detectorId, name, status }, cloud, self) => {
    if (cloud.account.byId(DETECTOR, detectorId) === undefined) return FOREIGN_DETECTOR;
    const rival = cloud.account
      .ofType(FEATURE)
      .find(
        ({ id, inputs }) =>
          id !== self?.id &&
          inputs.detectorId === detectorId &&
          inputs.status === "ENABLED" &&
          RUNTIME.includes(inputs.name),
      );
    if (rival === undefined || status !== "ENABLED" || !RUNTIME.includes(name)) return undefined;
    return (
      `BadRequestException: The request was rejected because EKS_RUNTIME_MONITORING and RUNTIME_MONITORING cannot both ` +
      `be enabled: ${rival.inputs.name} is. RUNTIME_MONITORING covers EKS too; disable the other one.`
    );
  },
});
