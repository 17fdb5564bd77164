import { randomUUID } from "node:crypto";
import { arn } from "../../identifiers.ts";
import { failures, known, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { scheduleFault } from "../events/schedule.ts";
import { roleFault } from "./role.ts";

const PLAN = "aws:backup/restoreTestingPlan:RestoreTestingPlan";
const ALGORITHMS = ["LATEST_WITHIN_WINDOW", "RANDOM_WITHIN_WINDOW"];
const RECOVERY_POINTS = ["CONTINUOUS", "SNAPSHOT"];
const RESOURCE_TYPES = [
  ...["Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3"],
  "SAP HANA on Amazon EC2",
];
const WINDOW_HOURS_MAX = 168;
const WINDOW_DAYS_MAX = 365;
const PROTECTED_ARNS_MAX = 30;

const planArn = (id: string): string => arn("backup", `restore-testing-plan:${id}`);

/** Hyphens and dots, which other names of AWS Backup may have, are refused here. */
const nameFault = (name: string | undefined): string | undefined =>
  known(name) && !/^[a-zA-Z0-9_]{1,50}$/.test(name)
    ? `InvalidParameterValueException: "${name}" must have 1 to 50 letters, digits or underscores`
    : undefined;

const hoursFault = (hours: number | undefined): string | undefined =>
  known(hours) && !(Number.isInteger(hours) && hours >= 1 && hours <= WINDOW_HOURS_MAX)
    ? `InvalidParameterValueException: ${hours} is not 1 to ${WINDOW_HOURS_MAX} hours`
    : undefined;

export const restoreTestingPlan = recordedType({
  token: PLAN,
  id: ({ name }) => name as string,
  // AWS puts a part of its own behind the name.
  atCreation: { arn: (_, id) => planArn(`${id}-${randomUUID()}`) },
  replaceOnChanges: ["name"],
  uniqueBy: ["name"],
  computed: { startWindowHours: ({ startWindowHours }) => (startWindowHours as number | undefined) ?? 24 },
  check: ({ name, scheduleExpression, startWindowHours, recoveryPointSelection }) =>
    failures((refuse) => {
      const faults: [string, string | undefined][] = [
        ["name", nameFault(name)],
        ["startWindowHours", hoursFault(startWindowHours)],
      ];
      for (const [property, fault] of faults) if (fault !== undefined) refuse(property, fault);
      const schedule = known(scheduleExpression) ? scheduleFault(scheduleExpression) : undefined;
      if (schedule !== undefined)
        refuse("scheduleExpression", `InvalidParameterValueException: "${scheduleExpression}": ${schedule}`);
      for (const fault of pointFaults(recoveryPointSelection))
        refuse("recoveryPointSelection", `InvalidParameterValueException: ${fault}`);
    }),
  inUse: ({ id }, cloud) => {
    const [user] = cloud.account.ofType(SELECTION).filter(({ inputs }) => inputs.restoreTestingPlanName === id);
    return user && `InvalidRequestException: the restore testing plan ${id} has selections: ${user.id}.`;
  },
});

function pointFaults(selection: unknown): readonly string[] {
  if (!known(selection)) return [];
  const { algorithm, includeVaults, excludeVaults, recoveryPointTypes, selectionWindowDays } = selection as Properties;
  const faults: string[] = [];
  if (known(algorithm) && !ALGORITHMS.includes(algorithm))
    faults.push(`algorithm "${algorithm}" is none of ${ALGORITHMS.join(", ")}`);
  for (const vault of [...list(includeVaults), ...list(excludeVaults)])
    if (vault !== "*" && !/^arn:aws:backup:[a-z0-9-]+:\d{12}:backup-vault:[a-zA-Z0-9_*-]+$/.test(vault))
      faults.push(`"${vault}" is no ARN of a backup vault`);
  for (const type of list(recoveryPointTypes))
    if (!RECOVERY_POINTS.includes(type))
      faults.push(`recovery points are ${RECOVERY_POINTS.join(" or ")}, not "${type}"`);
  const days = selectionWindowDays as number | undefined;
  if (known(days) && !(Number.isInteger(days) && days >= 1 && days <= WINDOW_DAYS_MAX))
    faults.push(`a selection window has 1 to ${WINDOW_DAYS_MAX} days, not ${days}`);
  return faults;
}

const list = (value: unknown): readonly string[] => knownItems(value as readonly string[] | undefined) ?? [];

const SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection";

export const restoreTestingSelection = recordedType({
  token: SELECTION,
  id: ({ name, restoreTestingPlanName }) => `${name as string}:${restoreTestingPlanName as string}`,
  replaceOnChanges: ["name", "restoreTestingPlanName", "protectedResourceType"],
  uniqueBy: ["restoreTestingPlanName", "name"],
  check: ({ name, protectedResourceType, protectedResourceArns, protectedResourceConditions, validationWindowHours }) =>
    failures((refuse) => {
      const faults: [string, string | undefined][] = [
        ["name", nameFault(name)],
        ["validationWindowHours", hoursFault(validationWindowHours)],
      ];
      for (const [property, fault] of faults) if (fault !== undefined) refuse(property, fault);
      if (known(protectedResourceType) && !RESOURCE_TYPES.includes(protectedResourceType))
        refuse(
          "protectedResourceType",
          `InvalidParameterValueException: "${protectedResourceType}" is none of ${RESOURCE_TYPES.join(", ")}`,
        );
      const arns = list(protectedResourceArns);
      if (arns.length > PROTECTED_ARNS_MAX || (arns.includes("*") && arns.length > 1))
        refuse(
          "protectedResourceArns",
          `InvalidParameterValueException: protected resources are "*" alone or up to ${PROTECTED_ARNS_MAX} ARNs`,
        );
      if (arns.some((each) => each !== "*") && known(protectedResourceConditions))
        refuse(
          "protectedResourceConditions",
          "InvalidParameterValueException: conditions go with all resources, not with ARNs",
        );
    }),
  conflict: ({ restoreTestingPlanName, iamRoleArn }, cloud) => {
    const plan = cloud.account.byId(PLAN, restoreTestingPlanName as string);
    if (plan === undefined)
      return `ResourceNotFoundException: Restore testing plan ${restoreTestingPlanName as string} does not exist.`;
    return roleFault(cloud, iamRoleArn, plan.outputs.arn as string);
  },
});
