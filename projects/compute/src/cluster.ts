import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { capacityStrategy } from "./capacity.ts";
import { executionRole } from "./execution-role.ts";
import { applicationLogGroup, logGroup } from "./log-group.ts";
import type { ServiceRole } from "./service-role.ts";

/** Fargate only: no machine of ours runs a task, and each task's disk is under our key. */
export class Cluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly capacity: pulumi.Resource;
  readonly logGroups: { readonly api: aws.cloudwatch.LogGroup; readonly relay: aws.cloudwatch.LogGroup };
  /** The same for all tasks: they are one image and write to their own groups. */
  readonly executionRole: ServiceRole;

  constructor(name: string, config: Config, args: { repositoryArn: pulumi.Input<string> }) {
    super("srs:compute:Cluster", name);
    const { settings, security } = config;
    const exec = logGroup(config, "ecs-exec", "audit", { parent: this });
    const cluster = new aws.ecs.Cluster(
      "platform",
      {
        name: settings.name("platform", "ecs"),
        settings: [{ name: "containerInsights", value: "enhanced" }],
        configuration: {
          // No service allows a shell; should an operator turn it on, what is typed is kept.
          executeCommandConfiguration: {
            logging: "OVERRIDE",
            kmsKeyId: security.kmsKeyArns.compute,
            logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: exec.name },
          },
          managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: security.kmsKeyArns.compute },
        },
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this },
    );
    this.capacity = new aws.ecs.ClusterCapacityProviders(
      "platform",
      {
        clusterName: cluster.name,
        capacityProviders: capacityStrategy(settings.sizing).map(({ capacityProvider }) => capacityProvider),
        defaultCapacityProviderStrategies: capacityStrategy(settings.sizing),
      },
      { parent: this },
    );
    this.logGroups = {
      api: applicationLogGroup(config, "api", { parent: this }),
      relay: applicationLogGroup(config, "relay", { parent: this }),
    };
    this.executionRole = executionRole(
      config,
      { repositoryArn: args.repositoryArn, logGroups: Object.values(this.logGroups) },
      { parent: this },
    );
    this.arn = cluster.arn;
    this.name = cluster.name;
    this.registerOutputs({ arn: this.arn });
  }
}
