import * as pulumi from "@pulumi/pulumi";
import type { RelayEnvironment } from "@records/contracts";
import type { Config } from "../config.ts";
import type { Cluster } from "./cluster.ts";
import { containerEnvironment } from "./environment.ts";
import { readSecrets, useKey } from "./grants.ts";
import { healingService } from "./service.ts";
import { ServiceRole } from "./service-role.ts";
import { hardenedTask } from "./task.ts";

export interface RelayServiceArgs {
  readonly cluster: Cluster;
  readonly image: pulumi.Input<string>;
  readonly after: readonly pulumi.Resource[];
}

/** Carries committed events from the outbox table to the stream: the only writer the stream has. */
export class RelayService extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;

  constructor(name: string, config: Config, args: RelayServiceArgs) {
    super("srs:compute:RelayService", name);
    const { settings, data, network, logLevel } = config;
    const role = relayTaskRole(config, this);
    const task = hardenedTask(
      config,
      {
        purpose: "relay",
        image: args.image,
        command: ["/app/relay.mjs"],
        environment: containerEnvironment<RelayEnvironment>({
          ENVIRONMENT: settings.suffix,
          DATABASE_HOST: data.database.proxyEndpoint,
          DATABASE_PORT: data.database.proxyPort,
          DATABASE_NAME: data.database.name,
          DATABASE_SECRET_ARN_A: data.secretArns.dbAppA,
          DATABASE_SECRET_ARN_B: data.secretArns.dbAppB,
          STREAM_NAME: data.streams.studentEvents.name,
          LOG_LEVEL: logLevel,
        }),
        logGroup: args.cluster.logGroups.relay,
        executionRoleArn: args.cluster.executionRole.arn,
        taskRoleArn: role.arn,
      },
      { parent: this },
    );
    const service = healingService(
      config,
      {
        purpose: "relay",
        cluster: args.cluster,
        task,
        desiredCount: settings.sizing.relayTasks,
        securityGroupId: network.securityGroupIds.relay,
      },
      {
        parent: this,
        dependsOn: [args.cluster.capacity, ...args.cluster.executionRole.grants, ...role.grants, ...args.after],
      },
    );
    this.name = service.name;
    this.registerOutputs({ name: this.name });
  }
}

function relayTaskRole(config: Config, parent: pulumi.Resource): ServiceRole {
  const { secretArns, streams } = config.data;
  return new ServiceRole(
    config,
    {
      role: "relay-task",
      service: "ecs-tasks",
      statements: [
        ...readSecrets(config, [secretArns.dbAppA, secretArns.dbAppB]),
        {
          Sid: "SendEvents",
          Action: ["kinesis:PutRecords", "kinesis:DescribeStreamSummary"],
          Resource: streams.studentEvents.arn,
        },
        useKey(config, "EncryptEvents", ["kms:GenerateDataKey"], config.security.kmsKeyArns.events, "kinesis"),
      ],
    },
    { parent },
  );
}
