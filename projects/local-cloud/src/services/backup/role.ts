import type { Cloud } from "../../cloud.ts";
import { roleRefusal, serviceCaller } from "../iam/service-grants.ts";

/** Why AWS Backup cannot take this role for a plan; undefined when it can. */
export function roleFault(cloud: Cloud, roleArn: unknown, planArn: string): string | undefined {
  const refused = roleRefusal(cloud, roleArn as string, serviceCaller("backup.amazonaws.com", planArn), []);
  return refused && `InvalidParameterValueException: AWS Backup cannot assume ${roleArn as string}: ${refused.why}`;
}
