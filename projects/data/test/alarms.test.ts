import { fixtures, recordStack, type Recording } from "@records/testing";
import { FAILED_JOBS } from "../src/alarms.ts";

const CONTRACTS = { security: fixtures.security, network: fixtures.network };
const SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription";
let local: Recording;
let pr123: Recording;
beforeAll(async () => {
  [local, pr123] = await Promise.all([
    recordStack("projects/data", CONTRACTS),
    recordStack("projects/data", CONTRACTS, { stack: "pr123" }),
  ]);
}, 60_000);

describe("notices of the data layer", () => {
  it("tell of four kinds of database events and of backups that fail, on the alert topic", () => {
    const topics = local.ofType(SUBSCRIPTION).map(({ inputs }) => inputs.snsTopic as unknown);
    expect(topics).toEqual(Array.from({ length: 4 }, () => fixtures.security.alertTopicArn));
    expect(local.get("aws:cloudwatch/eventTarget:EventTarget", "backup-failed").inputs).toMatchObject({
      arn: fixtures.security.alertTopicArn,
      deadLetterConfig: { arn: local.contract.deadLetterQueues.alarms.arn as string },
    });
  });

  it("are the account's, so a pull request's stack sends none, and still has its queues", () => {
    for (const type of [SUBSCRIPTION, "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"])
      expect(pr123.ofType(type).filter(({ name }) => name !== "retire-client-secrets")).toEqual([]);
    expect(pr123.get("aws:sqs/queue:Queue", "alarms").inputs.name).toBe("srs-pr123-alarms-dlq");
  });

  it("look for jobs under both words that AWS Backup has for how a job stands", () => {
    const { eventPattern } = local.get("aws:cloudwatch/eventRule:EventRule", "backup-failed").inputs;
    expect(JSON.parse(eventPattern)).toEqual(FAILED_JOBS);
    expect(FAILED_JOBS.detail.$or.flatMap((each) => Object.keys(each))).toEqual(["state", "status"]);
  });

  it("that do not arrive raise an alarm", () => {
    for (const stack of [local, pr123]) {
      expect(stack.get("aws:cloudwatch/metricAlarm:MetricAlarm", "alarms-dlq").inputs).toMatchObject({
        metricName: "ApproximateNumberOfMessagesVisible",
        threshold: 1,
        treatMissingData: "notBreaching",
        alarmActions: [fixtures.security.alertTopicArn],
      });
    }
  });
});
