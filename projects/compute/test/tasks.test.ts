import { fixtures, recordStack, type Recording } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.
/* eslint-disable @typescript-eslint/no-explicit-any */

const groups = fixtures.network.securityGroupIds;
let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

const containerOf = (task: string): any =>
  JSON.parse(stack.get("aws:ecs/taskDefinition:TaskDefinition", task).inputs.containerDefinitions)[0];

describe.each(["api", "relay"])("task %s", (task) => {
  it("runs as nobody, on a root it cannot write, without capabilities", () => {
    expect(containerOf(task)).toMatchObject({
      user: "10001:10001",
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters: { capabilities: { drop: ["ALL"] }, initProcessEnabled: true },
      versionConsistency: "enabled",
      stopTimeout: 60,
    });
    const { inputs } = stack.get("aws:ecs/taskDefinition:TaskDefinition", task);
    expect(inputs).toMatchObject({ networkMode: "awsvpc", runtimePlatform: { cpuArchitecture: "ARM64" } });
    expect(inputs).not.toHaveProperty("pidMode");
    expect(inputs).not.toHaveProperty("ipcMode");
  });

  it("has one role to start it and another to run it", () => {
    const { executionRoleArn, taskRoleArn } = stack.get("aws:ecs/taskDefinition:TaskDefinition", task).inputs;
    expect(executionRoleArn).toMatch(/:role\/srs-local-api-execution$/);
    expect(taskRoleArn).toMatch(new RegExp(`:role/srs-local-${task}-task$`));
  });

  it("is told names, addresses and numbers, and no credential", () => {
    const { environment, secrets, image } = containerOf(task);
    expect(environment.length).toBeGreaterThan(5);
    const likeCredentials = environment.filter(({ name }: any) => /PASSWORD|TOKEN$|SECRET$|API_KEY|PRIVATE/.test(name));
    expect(likeCredentials).toEqual([]);
    const secretValues = environment.filter(
      ({ name, value }: any) => name.includes("SECRET") && !value.startsWith("arn:aws:secretsmanager:"),
    );
    expect(secretValues).toEqual([]);
    expect(secrets).toBeUndefined();
    expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it("sits in the private subnets in its own group, without a public address, and heals itself", () => {
    const { inputs, options } = stack.get("aws:ecs/service:Service", task);
    expect(inputs).toMatchObject({
      networkConfiguration: {
        assignPublicIp: false,
        subnets: fixtures.network.privateSubnetIds,
        securityGroups: [task === "api" ? groups.apiTask : groups.relay],
      },
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentMinimumHealthyPercent: 100,
      waitForSteadyState: true,
      enableExecuteCommand: false,
    });
    expect(inputs).not.toHaveProperty("launchType");
    expect(options.dependencies).toContain("aws:lambda/invocation:Invocation::migrate");
    expect(options.dependencies).toContain(`aws:iam/rolePolicy:RolePolicy::${task}-task`);
  });
});

describe("api service", () => {
  it("mounts configuration read-only and documents writable, both encrypted and by access point", () => {
    const { volumes } = stack.get("aws:ecs/taskDefinition:TaskDefinition", "api").inputs;
    const efs = volumes.filter((volume: any) => volume.efsVolumeConfiguration);
    expect(efs).toHaveLength(2);
    for (const { efsVolumeConfiguration } of efs) {
      expect(efsVolumeConfiguration).toMatchObject({
        transitEncryption: "ENABLED",
        authorizationConfig: { iam: "ENABLED" },
      });
      expect(efsVolumeConfiguration).not.toHaveProperty("rootDirectory");
    }
    expect(containerOf("api").mountPoints).toEqual([
      { sourceVolume: "scratch", containerPath: "/tmp", readOnly: false },
      { sourceVolume: "config", containerPath: "/mnt/config", readOnly: true },
      { sourceVolume: "documents", containerPath: "/mnt/documents", readOnly: false },
    ]);
  });

  it("leaves the number of tasks to the scaling, which follows requests, CPU and memory", () => {
    expect(stack.get("aws:ecs/service:Service", "api").options.ignoreChanges).toEqual(["desiredCount"]);
    const followed = stack
      .ofType("aws:appautoscaling/policy:Policy")
      .map(({ inputs }) => inputs.targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification);
    expect(followed.map((metric) => metric.predefinedMetricType).toSorted()).toEqual([
      "ALBRequestCountPerTarget",
      "ECSServiceAverageCPUUtilization",
      "ECSServiceAverageMemoryUtilization",
    ]);
  });

  it("has more tasks waiting when enrolment opens, by the university's clock, and the usual number after it", () => {
    const actions = stack.ofType("aws:appautoscaling/scheduledAction:ScheduledAction").map(({ inputs }) => inputs);
    expect(actions).toHaveLength(2);
    for (const { timezone } of actions) expect(timezone).toBe("America/New_York");
    expect(actions.map(({ name, scalableTargetAction }) => [name, scalableTargetAction])).toEqual([
      ["srs-local-api-enrollment-opens", { minCapacity: 3 }],
      ["srs-local-api-enrollment-closes", { minCapacity: 2 }],
    ]);
  });

  it("starts when the load balancer forwards to its target group", () => {
    expect(stack.get("aws:ecs/service:Service", "api").options.dependencies).toContain(
      "aws:lb/listenerRule:ListenerRule::api",
    );
  });
});
