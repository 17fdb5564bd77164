import { eventSubscription } from "../../src/services/rds/event-subscription.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { allow, policyOf, put } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:alerts";
const subscription = {
  name: "clusters",
  snsTopic: TOPIC,
  sourceType: "db-cluster",
  eventCategories: ["failure", "maintenance"],
};

describe("event subscriptions of RDS", () => {
  const world = useRecordedAccount([() => ({ name: "rds", resources: [eventSubscription] })]);
  const admit = (account: string) =>
    put(world.cloud, "aws:sns/topicPolicy:TopicPolicy", TOPIC, {
      arn: TOPIC,
      policy: policyOf(
        allow("events.rds.amazonaws.com", "sns:Publish", TOPIC, { StringEquals: { "aws:SourceAccount": account } }),
      ),
    });

  it("go to a topic that is there and admits RDS", async () => {
    const make = () => world.resources.create(SUBSCRIPTION, "clusters", subscription);
    await expect(make()).rejects.toThrow("has no topic");
    await put(world.cloud, "aws:sns/topic:Topic", TOPIC, {}, TOPIC);
    await expect(make()).rejects.toThrow("no policy that admits RDS");
    await admit("111111111111");
    await expect(make()).rejects.toThrow("SNSNoAuthorization");
    await admit("000000000000");
    expect(await make()).toMatchObject({
      id: "clusters",
      outputs: { arn: "arn:aws:rds:us-east-1:000000000000:es:clusters", customerAwsId: "000000000000" },
    });
  });

  it.each([
    ["a blank in the name", { name: "of clusters" }, "name"],
    ["a queue for a topic", { snsTopic: TOPIC.replace("sns", "sqs") }, "snsTopic"],
    ["a source that is none", { sourceType: "db-table" }, "sourceType"],
    ["a category of another source", { eventCategories: ["low storage"] }, "eventCategories"],
    ["sources without their type", { sourceType: undefined, sourceIds: ["a"], eventCategories: [] }, "sourceIds"],
  ])("are refused with %s", async (_, change, property) => {
    expect(await world.resources.failuresOf(SUBSCRIPTION, { ...subscription, ...change })).toMatchObject([
      { property },
    ]);
  });

  it("pass while the topic is not known", async () => {
    expect(await world.resources.failuresOf(SUBSCRIPTION, { ...subscription, snsTopic: UNKNOWN })).toEqual([]);
  });
});
