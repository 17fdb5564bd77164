/** Which files hold the lines of a log group: functions, tasks and gateways write to files on this machine. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";

interface ContainerLogs {
  readonly logConfiguration?: { readonly options?: Readonly<Record<string, string>> };
}

/** What it takes to look: whoever has the account's file and the folder of the logs can. */
export type LoggedCloud = Pick<Cloud, "account" | "home">;

/** Absolute paths, those that exist. */
export function filesOf(cloud: LoggedCloud, logGroupName: string): readonly string[] {
  const folder = join(cloud.home, "logs");
  const functions = cloud.account
    .ofType("aws:lambda/function:Function")
    .filter(({ inputs }) => (inputs.loggingConfig as { logGroup?: string } | undefined)?.logGroup === logGroupName)
    .map(({ inputs }) => `lambda-${inputs.name as string}.log`);
  const services = servicesLoggingTo(cloud, logGroupName);
  const tasks = readdirSync(folder).filter((file) => services.some((name) => file.startsWith(`ecs-${name}-`)));
  const gateway = `${logGroupName.replace(/^\//, "").replaceAll("/", "-")}.log`;
  return [...functions, ...tasks, gateway].map((file) => join(folder, file)).filter((file) => existsSync(file));
}

/** Names of ECS services whose task definition sends a container's output to the group. */
function servicesLoggingTo(cloud: LoggedCloud, logGroupName: string): readonly string[] {
  const definitions = new Set(
    cloud.account
      .ofType("aws:ecs/taskDefinition:TaskDefinition")
      .filter(({ inputs }) =>
        (JSON.parse(inputs.containerDefinitions as string) as ContainerLogs[]).some(
          ({ logConfiguration }) => logConfiguration?.options?.["awslogs-group"] === logGroupName,
        ),
      )
      .map(({ outputs }) => outputs.arn as string),
  );
  return cloud.account
    .ofType("aws:ecs/service:Service")
    .filter(({ inputs }) => definitions.has(inputs.taskDefinition as string))
    .map(({ inputs }) => inputs.name as string);
}
