import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { denyInsecureTransport, policyDocument, tagsFor, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";
import { TOPICS, type Topic } from "./alert-subscriptions.ts";
import { topicArn } from "./expected-arns.ts";

export interface AlertsArgs {
  config: Config;
  keyArn: pulumi.Input<string>;
}

/** Two topics: `alerts` wakes who runs the platform, `security` tells who guards it. */
export class Alerts extends pulumi.ComponentResource {
  readonly topicArns: Record<Topic, pulumi.Output<string>>;

  constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Alerts", name, {}, opts);
    const { config, keyArn } = args;
    const create = (topic: Topic): pulumi.Output<string> => {
      const { arn } = new aws.sns.Topic(
        topic,
        {
          name: config.name(topic, "sns"),
          kmsMasterKeyId: keyArn,
          signatureVersion: 2,
          tags: tagsFor({ classification: "internal", retention: "none" }),
        },
        { parent: this },
      );
      const policy = new aws.sns.TopicPolicy(
        topic,
        { arn, policy: policyDocument(publishers(config.accountId, topicArn(config, topic))) },
        { parent: this },
      );
      // Budgets and alarms are refused, or lost, where the policy does not admit them yet.
      return pulumi.all([arn, policy.id]).apply(([admitting]) => admitting);
    };
    this.topicArns = Object.fromEntries(TOPICS.map((topic) => [topic, create(topic)])) as typeof this.topicArns;
    for (const { name: subscriber, topic, protocol, endpoint } of config.alertSubscriptions) {
      new aws.sns.TopicSubscription(
        `${topic}-${subscriber}`,
        { topic: this.topicArns[topic], protocol, endpoint },
        { parent: this },
      );
    }
    this.registerOutputs({ topicArns: this.topicArns });
  }
}

function publishers(accountId: string, arn: string): Statement[] {
  const publish = (sid: string, service: string, condition?: Statement["Condition"]): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sns:Publish",
    Resource: arn,
    ...(condition ? { Condition: condition } : {}),
  });
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": accountId } };
  return [
    publish("AlarmsNotify", "cloudwatch.amazonaws.com", ofThisAccount),
    publish("BudgetsNotify", "budgets.amazonaws.com", ofThisAccount),
    publish("DatabaseEventsNotify", "events.rds.amazonaws.com", ofThisAccount),
    // EventBridge documents that a topic's policy cannot carry a condition for it: with one, notices of tampering are lost.
    publish("RulesNotify", "events.amazonaws.com"),
    denyInsecureTransport("sns:Publish", arn),
  ];
}
