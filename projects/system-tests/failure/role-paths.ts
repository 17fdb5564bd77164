/** What the system does in its roles' names, each as something that can be made to happen: it works, or it throws. */
import { randomUUID } from "node:crypto";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { RotateSecretCommand, DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { eventually } from "../src/eventually.ts";
import { signedPost } from "../src/signed-call.ts";
import { tasksOf } from "../test/processes.ts";
import { Rotations } from "./rotate.ts";
import type { FailureStack } from "./stack.ts";

/** Rejects when the path does not work within that time. */
export type Path = (stack: FailureStack, withinMs: number) => Promise<void>;

export const PATHS = {
  /** Pulls the image, opens the log, mounts the files, reads the logins, and is healthy. */
  "a task of the API starts": async (stack, withinMs) => {
    const before = tasksOf(stack.name, "api").filter(({ alive }) => alive);
    const [old] = before;
    if (old !== undefined) process.kill(old.pid, "SIGKILL");
    const isNew = ({ alive, pid }: { alive: boolean; pid: number }) =>
      alive && before.every((each) => each.pid !== pid);
    await eventually(
      "as many healthy tasks as before, a new one among them",
      async () => {
        const started = tasksOf(stack.name, "api").some(isNew);
        return started && (await isComplete(stack, stack.deployment.compute.service.apiServiceName)) ? true : undefined;
      },
      withinMs,
    );
  },
  "a new relay carries a change to the consumer": async (stack, withinMs) => {
    for (const { pid } of tasksOf(stack.name, "relay").filter(({ alive }) => alive)) process.kill(pid, "SIGKILL");
    await carried(stack, withinMs);
  },
  "a new environment of the consumer takes a change": async (stack, withinMs) => {
    const functionName = stack.deployment.compute.functions.cacheInvalidator!.arn.split(":")[6]!;
    for (const pid of stack.functionProcesses(functionName)) process.kill(pid, "SIGKILL");
    await carried(stack, withinMs);
  },
  "the schema is migrated": (stack) =>
    invoke(stack, stack.deployment.compute.functions.migration!.arn, { operation: "migrate" }),
  "the audit log is exported": (stack) =>
    invoke(stack, stack.deployment.compute.functions.auditExporter!.arn, { operation: "export" }),
  "a database login rotates": async (stack, withinMs) => {
    const { dbAppA, dbAppB } = stack.deployment.data.secretArns;
    const rotations = new Rotations(stack.deployment.operator);
    const idle = await rotations.idleOf(dbAppA, dbAppB).finally(() => rotations.close());
    await rotated(stack, idle, withinMs);
  },
  "a cache login rotates": (stack, withinMs) =>
    rotated(stack, stack.deployment.data.secretArns.cacheInvalidator, withinMs),
  "a client secret rotates": (stack, withinMs) =>
    rotated(stack, Object.values(stack.deployment.data.secretArns.clients)[0]!, withinMs),
} satisfies Record<string, Path>;

export type PathName = keyof typeof PATHS;

async function isComplete({ deployment }: FailureStack, service: string): Promise<boolean> {
  const { clusterName } = deployment.compute.service;
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeServices",
  };
  const body = JSON.stringify({ cluster: clusterName, services: [service] });
  const answer = JSON.parse(await signedPost(deployment.operator, "ecs", headers, body)) as {
    services: readonly { desiredCount: number; runningCount: number }[];
  };
  const [found] = answer.services;
  return found !== undefined && found.runningCount >= found.desiredCount;
}

/** A change of a record arrives where markers are raised: the consumer's log names it by its correlation id. */
async function carried({ system, deployment }: FailureStack, withinMs: number): Promise<void> {
  const page = await system.call("/students?limit=1");
  const path = `/students/${page.body!.data![0]!.id}`;
  const correlationId = randomUUID();
  const startTime = Date.now();
  const before = await system.call(path);
  const reply = await system.call(path, {
    method: "PATCH",
    body: { person: { personalEmail: `roles-${correlationId.slice(0, 8)}@personal.example.edu` } },
    headers: {
      "content-type": "application/merge-patch+json",
      "if-match": before.headers.etag!,
      "x-correlation-id": correlationId,
    },
  });
  if (reply.status !== 200) throw new Error(`The change was answered with ${reply.status}.`);
  const logs = new CloudWatchLogsClient(deployment.operator);
  const logGroupName = deployment.compute.functions.cacheInvalidator?.logGroupName;
  const query = new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: `"${correlationId}"` });
  await eventually(
    "the change at the consumer",
    async () => ((await logs.send(query)).events?.length ? true : undefined),
    withinMs,
  ).finally(() => logs.destroy());
}

async function invoke({ deployment }: FailureStack, functionArn: string, input: object): Promise<void> {
  const path = `/2015-03-31/functions/${functionArn.split(":")[6]}/invocations`;
  const headers = { "content-type": "application/json" };
  const reply = await signedPost(deployment.operator, "lambda", headers, JSON.stringify(input), path);
  const result = JSON.parse(reply) as { errorType?: string; errorMessage?: string } | null;
  if (result?.errorType !== undefined) throw new Error(`${result.errorType}: ${result.errorMessage}`);
}

async function rotated({ deployment }: FailureStack, SecretId: string, withinMs: number): Promise<void> {
  const secrets = new SecretsManagerClient(deployment.operator);
  const rotatedAt = async () =>
    (await secrets.send(new DescribeSecretCommand({ SecretId }))).LastRotatedDate?.getTime() ?? 0;
  const before = await rotatedAt();
  await secrets.send(new RotateSecretCommand({ SecretId })).catch((error: Error) => {
    // One that failed before is begun again by this, and the answer says only that.
    if (error.name !== "InvalidRequestException") throw error;
  });
  await eventually("the rotation", async () => ((await rotatedAt()) > before ? true : undefined), withinMs).finally(
    () => secrets.destroy(),
  );
}
