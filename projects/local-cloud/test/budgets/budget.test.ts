import { budgetsService } from "../../src/services/budgets/index.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { put } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const BUDGET = "aws:budgets/budget:Budget";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:alerts";
const notification = {
  comparisonOperator: "GREATER_THAN",
  notificationType: "ACTUAL",
  threshold: 80,
  thresholdType: "PERCENTAGE",
  subscriberSnsTopicArns: [TOPIC],
};
const budget = {
  name: "monthly",
  budgetType: "COST",
  timeUnit: "MONTHLY",
  limitAmount: "1000",
  limitUnit: "USD",
  costFilters: [{ name: "TagKeyValue", values: ["user:Environment$dev"] }],
  notifications: [notification, { ...notification, notificationType: "FORECASTED", threshold: 100 }],
};

describe("budgets", () => {
  const world = useRecordedAccount([budgetsService]);

  it("belong to the account, without a Region, and tell a topic that is there", async () => {
    await expect(world.resources.create(BUDGET, "early", budget)).rejects.toThrow(`no SNS topic ${TOPIC}`);
    await put(world.cloud, "aws:sns/topic:Topic", TOPIC, {}, TOPIC);
    const made = await world.resources.create(BUDGET, "monthly", budget);
    expect(made).toMatchObject({
      id: "000000000000:monthly",
      outputs: { arn: "arn:aws:budgets::000000000000:budget/monthly" },
    });
    await expect(world.resources.create(BUDGET, "again", budget)).rejects.toThrow("EntityAlreadyExists");
  });

  it.each([
    ["a colon in its name", { name: "a:b" }, "name"],
    ["a type that is none", { budgetType: "MONEY" }, "budgetType"],
    ["a period that is none", { timeUnit: "WEEKLY" }, "timeUnit"],
    ["no amount", { limitAmount: undefined }, "limitAmount"],
    ["an amount of nothing", { limitAmount: "0" }, "limitAmount"],
    ["euros", { limitUnit: "EUR" }, "limitUnit"],
    ["an unknown filter", { costFilters: [{ name: "Tag", values: ["x"] }] }, "costFilters"],
    ["a tag without its kind", { costFilters: [{ name: "TagKeyValue", values: ["Environment$dev"] }] }, "costFilters"],
    ["a start that is no time", { timePeriodStart: "2026-01-01" }, "timePeriodStart"],
    [
      "an end before its start",
      { timePeriodStart: "2026-02-01_00:00", timePeriodEnd: "2026-01-01_00:00" },
      "timePeriodEnd",
    ],
    ["a forecast by the day", { timeUnit: "DAILY" }, "notifications"],
    ["nobody to tell", { notifications: [{ ...notification, subscriberSnsTopicArns: [] }] }, "notifications"],
    [
      "two topics",
      { notifications: [{ ...notification, subscriberSnsTopicArns: [TOPIC, `${TOPIC}2`] }] },
      "notifications",
    ],
    ["a threshold of nothing", { notifications: [{ ...notification, threshold: 0 }] }, "notifications"],
    [
      "an address that is none",
      { notifications: [{ ...notification, subscriberEmailAddresses: ["office"] }] },
      "notifications",
    ],
    ["the same notification twice", { notifications: [notification, notification] }, "notifications"],
    [
      "eleven notifications",
      { notifications: Array.from({ length: 11 }, (_, index) => ({ ...notification, threshold: index + 1 })) },
      "notifications",
    ],
  ])("are refused with %s", async (_, change, property) => {
    expect(await world.resources.failuresOf(BUDGET, { ...budget, ...change })).toMatchObject([{ property }]);
  });

  it("pass while topics and amounts are not known", async () => {
    const unknown = {
      ...budget,
      limitAmount: UNKNOWN,
      notifications: [{ ...notification, subscriberSnsTopicArns: UNKNOWN }],
    };
    expect(await world.resources.failuresOf(BUDGET, unknown)).toEqual([]);
  });
});
