/** What AWS's services refuse to do with a role that lacks something. */
import { openAccess } from "../../src/access/index.ts";
import type { Cloud } from "../../src/cloud.ts";
import { logRoleRefusal } from "../../src/services/apigateway/log-role.ts";
import { requireStartRoles } from "../../src/services/ecs/start-roles.ts";
import type { TaskDefinition } from "../../src/services/ecs/task-definition.ts";
import { mayLog, requireFunctionRole } from "../../src/services/lambda/function-role.ts";
import { versionOf } from "../../src/services/lambda/function-version.ts";
import { ACCOUNT, arnOf, Recorded } from "./calls.ts";

const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  ...{ Effect: "Allow", Action, Resource },
  ...(Condition && { Condition }),
});
const trusting = (service: string) => ({
  assumeRolePolicy: JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: { Service: `${service}.amazonaws.com` }, Action: "sts:AssumeRole" }],
  }),
});

let recorded: Recorded;
let cloud: Cloud;
beforeEach(() => {
  recorded = new Recorded();
  const { account, home } = recorded;
  cloud = { account, home, access: openAccess(account, home) } as Partial<Cloud> as Cloud;
});

describe("ECS", () => {
  const REPOSITORY = arnOf("ecr", "repository/api");
  const FILES = arnOf("elasticfilesystem", "file-system/fs-1");
  const DOCUMENTS = arnOf("elasticfilesystem", "access-point/fsap-1");
  const PULL = [
    allow("ecr:GetAuthorizationToken", "*"),
    allow(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], REPOSITORY),
  ];
  const LOG = allow(["logs:CreateLogStream", "logs:PutLogEvents"], arnOf("logs", "log-group:/app:*"));
  const mount = (...actions: string[]) =>
    allow(
      actions.map((action) => `elasticfilesystem:${action}`),
      FILES,
      {
        StringEquals: { "elasticfilesystem:AccessPointArn": DOCUMENTS },
        Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" },
      },
    );

  const definition = (readOnly = false): TaskDefinition => ({
    ...{ arn: arnOf("ecs", "task-definition/api:1"), family: "api" },
    container: {
      ...{ name: "api", image: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/api:1` },
      mountPoints: [{ sourceVolume: "documents", containerPath: "/mnt/documents", readOnly }],
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/app", "awslogs-stream-prefix": "api" } },
    },
    volumes: [
      {
        name: "documents",
        efsVolumeConfiguration: {
          ...{ fileSystemId: "fs-1", transitEncryption: "ENABLED" },
          authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" },
        },
      },
    ],
    ...{ taskRoleArn: `arn:aws:iam::${ACCOUNT}:role/task`, executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/execution` },
  });
  const start = (readOnly?: boolean) => () => requireStartRoles(cloud, "0123", definition(readOnly));

  beforeEach(async () => {
    await recorded.putRole("execution", [...PULL, LOG], trusting("ecs-tasks"));
    await recorded.putRole("task", [mount("ClientMount", "ClientWrite")], trusting("ecs-tasks"));
    const policy = JSON.stringify({
      Statement: [
        { Effect: "Deny", Principal: "*", Action: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      ],
    });
    await recorded.put("efs/fileSystemPolicy:FileSystemPolicy", "fs-1", { fileSystemId: "fs-1", policy });
  });

  it("starts a task whose roles may all that its start takes", () => {
    expect(start()).not.toThrow();
  });

  it("stops a task whose role it may not take, and says which", async () => {
    await recorded.putRole("task", [mount("ClientMount", "ClientWrite")], trusting("lambda"));
    expect(start()).toThrow(/ECS was unable to assume the role 'arn:aws:iam::\d+:role\/task'/);
  });

  it.each([
    ["pull the image", [LOG], /CannotPullContainerError: .*ecr:GetAuthorizationToken/],
    ["open the log", PULL, /failed to create Cloudwatch log stream: .*logs:CreateLogStream/],
  ])("stops a task whose execution role may not %s", async (_, statements, reported) => {
    await recorded.putRole("execution", statements, trusting("ecs-tasks"));
    expect(start()).toThrow(reported);
  });

  it("mounts for reading alone what the role may not write to", async () => {
    await recorded.putRole("task", [mount("ClientMount")], trusting("ecs-tasks"));
    expect(start(true)).not.toThrow();
    expect(start(false)).toThrow(/access denied by server while mounting fs-1: .*elasticfilesystem:ClientWrite/);
  });
});

describe("Lambda", () => {
  const inputs = (more: object = {}) => ({
    name: "f",
    role: `arn:aws:iam::${ACCOUNT}:role/f`,
    handler: "i.h",
    runtime: "nodejs24.x",
    ...more,
  });

  it("takes a role that trusts it, and no other", async () => {
    await recorded.putRole("f", [], trusting("ecs-tasks"));
    expect(() => requireFunctionRole(cloud, inputs())).toThrow("cannot be assumed by Lambda");
    await recorded.putRole("f", [], trusting("lambda"));
    expect(() => requireFunctionRole(cloud, inputs())).not.toThrow();
  });

  it.each([
    ["in a VPC", { vpcConfig: { subnetIds: ["subnet-1"] } }, "ec2:CreateNetworkInterface"],
    ["with traces", { tracingConfig: { mode: "Active" } }, "xray:PutTraceSegments"],
  ])("wants a role for a function %s that carries it", async (_, more, action) => {
    await recorded.putRole("f", [], trusting("lambda"));
    expect(() => requireFunctionRole(cloud, inputs(more))).toThrow(action);
    await recorded.putRole("f", [allow(["ec2:*", "xray:*"], "*")], trusting("lambda"));
    expect(() => requireFunctionRole(cloud, inputs(more))).not.toThrow();
  });

  it("keeps no log of a function whose role may not write one", async () => {
    const version = versionOf(inputs({ loggingConfig: { logGroup: "/f" } }), "1", "/code");
    await recorded.putRole("f", [], trusting("lambda"));
    expect(mayLog(cloud, version)).toBe(false);
    await recorded.putRole("f", [allow("logs:*", arnOf("logs", "log-group:/f:*"))], trusting("lambda"));
    expect(mayLog(cloud, version)).toBe(true);
  });
});

it("API Gateway tries the role for its logs", async () => {
  const cloudwatchRoleArn = await recorded.putRole("gateway", [], trusting("apigateway"));
  expect(logRoleRefusal({ cloudwatchRoleArn }, cloud)).toContain("logs:CreateLogGroup");
  const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
  await recorded.put("iam/rolePolicyAttachment:RolePolicyAttachment", "gateway-logs", { role: "gateway", policyArn });
  expect(logRoleRefusal({ cloudwatchRoleArn }, cloud)).toBeUndefined();
});
