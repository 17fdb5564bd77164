/** Who is told of events of databases: recorded and checked, for nothing happens here that RDS would tell of. */
import { evaluate, parsePolicy } from "@records/iam";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { failures, known, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { serviceCaller } from "../iam/service-grants.ts";
import { rdsArn } from "./identifiers.ts";

const TOKEN = "aws:rds/eventSubscription:EventSubscription";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTIONS_MAX = 20;
/** TLS as every AWS service speaks it. */
const IN_THIS_REGION = { "aws:RequestedRegion": REGION, "aws:SecureTransport": "true" };

/** Sources with their categories, as `aws rds describe-event-categories` lists them for Aurora. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  "db-cluster": [
    ...["configuration change", "creation", "deletion", "failover", "failure", "global-failover", "maintenance"],
    ...["migration", "notification", "read replica", "serverless"],
  ],
  "db-cluster-snapshot": ["backup", "notification"],
  "db-instance": [
    ...["availability", "backtrack", "backup", "configuration change", "creation", "deletion", "failover", "failure"],
    ...["low storage", "maintenance", "notification", "read replica", "recovery", "restoration", "security"],
    "security patching",
  ],
  "db-parameter-group": ["configuration change"],
  "db-proxy": ["configuration change", "creation", "deletion", "failure"],
  "db-security-group": ["configuration change", "failure"],
  "db-snapshot": ["creation", "deletion", "notification", "restoration"],
};

export const eventSubscription = recordedType({
  token: TOKEN,
  id: ({ name }) => name as string,
  arn: (_, id) => rdsArn("es", id),
  replaceOnChanges: ["name", "namePrefix"],
  autoName: "name",
  uniqueBy: ["name"],
  computed: { customerAwsId: () => ACCOUNT_ID },
  check: ({ name, snsTopic, sourceType, sourceIds, eventCategories }) =>
    failures((refuse) => {
      if (known(name) && !/^[A-Za-z][A-Za-z0-9-]{0,253}$/.test(name))
        refuse(
          "name",
          `InvalidParameterValue: subscription name "${name}" must have less than 255 letters, digits or -`,
        );
      if (known(snsTopic) && !/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(snsTopic))
        refuse("snsTopic", `SNSInvalidTopic: "${snsTopic}" is no ARN of a topic that keeps no order`);
      if (sourceIds !== undefined && sourceType === undefined)
        refuse("sourceIds", "InvalidParameterCombination: SourceIds need a SourceType");
      if (!known(sourceType)) return;
      const possible = CATEGORIES[sourceType];
      if (possible === undefined)
        return refuse(
          "sourceType",
          `InvalidParameterValue: "${sourceType}" is none of ${Object.keys(CATEGORIES).join(", ")}`,
        );
      for (const category of knownItems(eventCategories as readonly string[] | undefined) ?? [])
        if (!possible.includes(category))
          refuse(
            "eventCategories",
            `SubscriptionCategoryNotFound: events of ${sourceType} are ${possible.join(", ")}; not "${category}"`,
          );
    }),
  conflict: ({ name, snsTopic }, cloud, self) => {
    if (self === undefined && cloud.account.ofType(TOKEN).length >= SUBSCRIPTIONS_MAX)
      return `EventSubscriptionQuotaExceeded: the account has its ${SUBSCRIPTIONS_MAX} event subscriptions already.`;
    const refused = topicRefusal(cloud, snsTopic as string, rdsArn("es", name as string));
    return refused && `SNSNoAuthorization: You do not have permission to publish to the SNS topic: ${refused}`;
  },
});

/** RDS tries the topic when it is told of it. */
function topicRefusal(cloud: Cloud, topicArn: string, subscriptionArn: string): string | undefined {
  if (cloud.account.byArn(topicArn) === undefined) return `the account has no topic ${topicArn}.`;
  const attached = cloud.account.ofType(TOPIC_POLICY).find(({ inputs }) => inputs.arn === topicArn);
  if (attached === undefined) return `the topic ${topicArn} has no policy that admits RDS.`;
  const resource = { name: `policy of ${topicArn}`, document: parsePolicy(attached.inputs.policy) };
  const { principal, context } = serviceCaller("events.rds.amazonaws.com", subscriptionArn);
  const request = { principal, action: "sns:Publish", resource: topicArn, context: { ...context, ...IN_THIS_REGION } };
  const decision = evaluate(request, { identity: [], resource, resourceKind: "other" });
  return decision.allowed ? undefined : decision.message;
}
