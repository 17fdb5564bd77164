import type { ApiRequest, ApiResponse } from "../../cloud.ts";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { clusterNameOf } from "./cluster.ts";
import type { ServiceScheduler } from "./service-scheduler.ts";
import type { Services } from "./services.ts";
import type { Task } from "./task.ts";

/** The calls by which a person or a test looks at services and their tasks; others are not served. */
export function handleEcsCall(services: Services, request: ApiRequest): ApiResponse | undefined {
  const action = request.action.split(".").at(-1) ?? "";
  const body = JSON.parse(request.body.toString() || "{}") as {
    cluster?: string;
    services?: string[];
    serviceName?: string;
    tasks?: string[];
    task?: string;
  };
  const all = services.all();
  const ofCluster = all.filter(({ settings }) => clusterOf(settings.arn) === clusterNameOf(body.cluster ?? "default"));
  const named = (reference: string) =>
    ofCluster.find(({ settings }) => settings.arn === reference || settings.name === reference);

  switch (action) {
    case "DescribeServices":
      return json({
        services: (body.services ?? []).flatMap((reference) => describeService(named(reference))),
        failures: (body.services ?? [])
          .filter((reference) => named(reference) === undefined)
          .map((arn) => ({ arn, reason: "MISSING" })),
      });
    case "ListTasks": {
      const chosen = body.serviceName === undefined ? ofCluster : [named(body.serviceName)];
      return json({
        taskArns: chosen.flatMap((scheduler) => scheduler?.tasks.map((task) => taskArn(scheduler, task)) ?? []),
      });
    }
    case "DescribeTasks": {
      const wanted = (body.tasks ?? []).map((reference) => reference.split("/").at(-1));
      const tasks = ofCluster.flatMap((scheduler) =>
        scheduler.tasks.filter((task) => wanted.includes(task.id)).map((task) => describeTask(scheduler, task)),
      );
      return json({ tasks, failures: [] });
    }
    case "StopTask": {
      const id = body.task?.split("/").at(-1) ?? "";
      for (const scheduler of ofCluster) {
        const task = scheduler.tasks.find((candidate) => candidate.id === id);
        if (task === undefined) continue;
        scheduler.stopTask(task);
        return json({ task: describeTask(scheduler, task) });
      }
      return json({ __type: "InvalidParameterException", message: "The referenced task was not found." }, 400);
    }
    default:
      return undefined;
  }
}

function describeService(scheduler: ServiceScheduler | undefined): object[] {
  if (scheduler === undefined) return [];
  const { settings, tasks, deployments } = scheduler;
  const running = (deploymentId?: string): number =>
    tasks.filter(
      (task) =>
        !task.stopping &&
        (deploymentId === undefined || task.deploymentId === deploymentId) &&
        task.condition === "healthy",
    ).length;
  const pending = (deploymentId?: string): number =>
    tasks.filter(
      (task) =>
        !task.stopping &&
        (deploymentId === undefined || task.deploymentId === deploymentId) &&
        task.condition === "pending",
    ).length;
  return [
    {
      serviceArn: settings.arn,
      serviceName: settings.name,
      clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT_ID}:cluster/${clusterOf(settings.arn)}`,
      status: "ACTIVE",
      desiredCount: settings.bounds.desiredCount,
      runningCount: running(),
      pendingCount: pending(),
      taskDefinition: deployments[0]?.taskDefinitionArn,
      deployments: deployments.map(({ id, taskDefinitionArn, rolloutState, failedTasks }, index) => ({
        id,
        status: index === 0 ? "PRIMARY" : "ACTIVE",
        taskDefinition: taskDefinitionArn,
        rolloutState,
        failedTasks,
        runningCount: running(id),
        pendingCount: pending(id),
      })),
    },
  ];
}

function describeTask(scheduler: ServiceScheduler, task: Task): object {
  const { saved } = task;
  return {
    taskArn: taskArn(scheduler, task),
    clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT_ID}:cluster/${clusterOf(scheduler.settings.arn)}`,
    taskDefinitionArn: saved.taskDefinitionArn,
    group: `service:${scheduler.settings.name}`,
    startedBy: saved.deploymentId,
    launchType: "FARGATE",
    desiredStatus: task.stopping ? "STOPPED" : "RUNNING",
    lastStatus: task.stopping ? "DEPROVISIONING" : task.condition === "pending" ? "PENDING" : "RUNNING",
    healthStatus: task.containerHealth,
    ...(task.endReason !== undefined && { stoppedReason: task.endReason }),
    startedAt: saved.startedAt / 1000,
    // On AWS the address of the task's network interface; here loopback and the port that the task was given.
    attachments: [
      { type: "ElasticNetworkInterface", details: [{ name: "privateIPv4Address", value: `127.0.0.1:${saved.port}` }] },
    ],
  };
}

const clusterOf = (serviceArn: string): string => serviceArn.split("/").at(-2) ?? "";
const taskArn = (scheduler: ServiceScheduler, task: Task): string =>
  `arn:aws:ecs:${REGION}:${ACCOUNT_ID}:task/${clusterOf(scheduler.settings.arn)}/${task.id}`;

const json = (body: object, status = 200): ApiResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify(body),
});
