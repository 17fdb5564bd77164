import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiEnvironment } from "@records/contracts";
import type { Config } from "../config.ts";
import { scaleWithLoad } from "./autoscaling.ts";
import type { Cluster } from "./cluster.ts";
import { containerEnvironment } from "./environment.ts";
import { openStudentFields, readSecrets, SEND_TRACES, signWith } from "./grants.ts";
import type { Identity } from "./identity.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import { API_PORT, SCOPE_PREFIX } from "./names.ts";
import { healingService } from "./service.ts";
import { ServiceRole } from "./service-role.ts";
import { hardenedTask } from "./task.ts";

const CONFIG_PATH = "/mnt/config";
const DOCUMENTS_PATH = "/mnt/documents";

export interface ApiServiceArgs {
  readonly cluster: Cluster;
  readonly image: pulumi.Input<string>;
  readonly loadBalancer: LoadBalancer;
  readonly identity: Identity;
  /** Alarms of which one that is raised undoes a deployment. */
  readonly deploymentAlarmNames?: readonly pulumi.Input<string>[];
  /** What must have happened before new code serves: the migration. */
  readonly after: readonly pulumi.Resource[];
}

/** The records API: tasks behind the load balancer, as many as the load asks for. */
export class ApiService extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly service: aws.ecs.Service;

  constructor(name: string, config: Config, args: ApiServiceArgs) {
    super("srs:compute:ApiService", name);
    const { sizing } = config.settings;
    const role = apiTaskRole(config, this);
    const task = hardenedTask(
      config,
      {
        purpose: "api",
        image: args.image,
        command: ["/app/server.mjs"],
        environment: apiEnvironment(config, args.identity.issuer),
        logGroup: args.cluster.logGroups.api,
        executionRoleArn: args.cluster.executionRole.arn,
        taskRoleArn: role.arn,
        port: API_PORT,
        healthCheck: ["CMD", "node", "/app/healthcheck.mjs"],
        files: {
          config: { accessPointId: config.data.files.accessPoints.config.id, path: CONFIG_PATH, readOnly: true },
          documents: {
            accessPointId: config.data.files.accessPoints.documents.id,
            path: DOCUMENTS_PATH,
            readOnly: false,
          },
        },
      },
      { parent: this },
    );
    this.service = healingService(
      config,
      {
        purpose: "api",
        cluster: args.cluster,
        task,
        desiredCount: sizing.api.tasks.desired,
        securityGroupId: config.network.securityGroupIds.apiTask,
        deploymentAlarmNames: args.deploymentAlarmNames,
        loadBalancing: { targetGroupArn: args.loadBalancer.targetGroup.arn, port: API_PORT },
      },
      {
        parent: this,
        // Scaling moves the number all day; an update must not move it back.
        ignoreChanges: ["desiredCount"],
        dependsOn: [
          args.loadBalancer.rule,
          args.cluster.capacity,
          ...args.cluster.executionRole.grants,
          ...role.grants,
          ...args.after,
        ],
      },
    );
    scaleWithLoad(config, { cluster: args.cluster, service: this.service, loadBalancer: args.loadBalancer }, this);
    this.name = this.service.name;
    this.registerOutputs({ name: this.name });
  }
}

function apiEnvironment({ settings, data, logLevel }: Config, issuer: pulumi.Input<string>) {
  return containerEnvironment<ApiEnvironment>({
    ENVIRONMENT: settings.suffix,
    PORT: API_PORT,
    DATABASE_HOST: data.database.proxyEndpoint,
    DATABASE_PORT: data.database.proxyPort,
    DATABASE_READ_HOST: data.database.proxyReadEndpoint,
    DATABASE_READ_PORT: data.database.proxyReadPort,
    DATABASE_NAME: data.database.name,
    DATABASE_SECRET_ARN_A: data.secretArns.dbAppA,
    DATABASE_SECRET_ARN_B: data.secretArns.dbAppB,
    CACHE_HOST: data.cache.primaryEndpoint,
    CACHE_PORT: data.cache.port,
    CACHE_SECRET_ARN: data.secretArns.cacheApi,
    TOKEN_ISSUER: issuer,
    TOKEN_SCOPE_PREFIX: SCOPE_PREFIX,
    CONFIG_PATH,
    DOCUMENTS_PATH,
    LOG_LEVEL: logLevel,
  });
}

/** Reads four secrets and two file trees, opens fields, signs documents. It writes to no stream and never sees the master secret. */
function apiTaskRole(config: Config, parent: pulumi.Resource): ServiceRole {
  const { secretArns, files } = config.data;
  const mount = (accessPointArn: pulumi.Input<string>) => ({
    StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn },
    Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" },
  });
  return new ServiceRole(
    config,
    {
      role: "api-task",
      service: "ecs-tasks",
      statements: [
        ...readSecrets(config, [secretArns.dbAppA, secretArns.dbAppB, secretArns.cacheApi, secretArns.pseudonymSalt]),
        openStudentFields(config),
        ...signWith(config),
        {
          Sid: "ReadConfiguration",
          Action: ["elasticfilesystem:ClientMount"],
          Resource: files.fileSystemArn,
          Condition: mount(files.accessPoints.config.arn),
        },
        {
          Sid: "KeepDocuments",
          Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
          Resource: files.fileSystemArn,
          Condition: mount(files.accessPoints.documents.arn),
        },
        SEND_TRACES,
      ],
    },
    { parent },
  );
}
