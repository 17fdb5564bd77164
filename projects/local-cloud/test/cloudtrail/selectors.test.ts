import { selectorFaults } from "../../src/services/cloudtrail/selectors.ts";
import { UNKNOWN } from "../../src/resource-type.ts";

const field = (name: string, operators: object) => ({ field: name, ...operators });
const category = (value: string) => field("eventCategory", { equals: [value] });
const objects = field("resources.type", { equals: ["AWS::S3::Object"] });
const advanced = (...fieldSelectors: object[]) => ({ advancedEventSelectors: [{ name: "it", fieldSelectors }] });

describe("event selectors", () => {
  it("pass as the trail writes them, and while values are unknown", () => {
    const advancedEventSelectors = [
      { name: "management", fieldSelectors: [category("Management")] },
      {
        name: "store",
        fieldSelectors: [category("Data"), objects, field("resources.ARN", { startsWiths: [UNKNOWN] })],
      },
      { name: "writes", fieldSelectors: [category("Data"), objects, field("readOnly", { equals: ["false"] })] },
      {
        name: "quiet",
        fieldSelectors: [category("Management"), field("eventSource", { notEquals: ["kms.amazonaws.com"] })],
      },
    ];
    const insightSelectors = [{ insightType: "ApiCallRateInsight" }, { insightType: "ApiErrorRateInsight" }];
    expect(selectorFaults({ advancedEventSelectors, insightSelectors })).toEqual([]);
    expect(selectorFaults({ advancedEventSelectors: UNKNOWN })).toEqual([]);
    expect(selectorFaults({ eventSelectors: [{ readWriteType: "All", includeManagementEvents: true }] })).toEqual([]);
  });

  it.each([
    ["both kinds", { eventSelectors: [], ...advanced(category("Management")) }, "not both"],
    ["no category", advanced(objects), "eventCategory is required"],
    ["a category that is none", advanced(category("Insight")), "none of Management, Data, NetworkActivity"],
    ["data of no type", advanced(category("Data")), "resources.type is required for Data events"],
    ["a type of management events", advanced(category("Management"), objects), "not a field of Management events"],
    ["a misspelt field", advanced(category("Data"), objects, field("resource.ARN", { equals: ["a"] })), "resource.ARN"],
    ["a field twice", advanced(category("Data"), objects, objects), "resources.type is there twice"],
    ["a field without operator", advanced(category("Data"), objects, field("eventName", {})), "needs an operator"],
    [
      "a type by its beginning",
      advanced(category("Data"), field("resources.type", { startsWiths: ["AWS::S3"] })),
      "takes only equals",
    ],
    [
      "two types at once",
      advanced(category("Data"), field("resources.type", { equals: ["AWS::S3::Object", "AWS::Lambda::Function"] })),
      "equals one value",
    ],
    [
      "a type that is none",
      advanced(category("Data"), field("resources.type", { equals: ["S3Object"] })),
      "no resource type",
    ],
    [
      "readOnly that is neither",
      advanced(category("Management"), field("readOnly", { equals: ["yes"] })),
      "none of true, false",
    ],
    [
      "another source left out",
      advanced(category("Management"), field("eventSource", { notEquals: ["s3.amazonaws.com"] })),
      "takes only notEquals",
    ],
    [
      "501 values",
      advanced(
        category("Data"),
        objects,
        field("resources.ARN", { equals: Array.from({ length: 500 }, (_, i) => `a${i}`) }),
      ),
      "up to 500",
    ],
    [
      "a basic selector that is none",
      { eventSelectors: [{ readWriteType: "Read" }] },
      "not All, ReadOnly or WriteOnly",
    ],
    [
      "a basic selector of a newer type",
      { eventSelectors: [{ dataResources: [{ type: "AWS::SNS::Topic" }] }] },
      "say advancedEventSelectors",
    ],
    [
      "an insight that is none",
      { insightSelectors: [{ insightType: "ApiCalls" }] },
      "InvalidInsightSelectorsException",
    ],
  ])("are refused with %s", (_, inputs, reason) => {
    expect(
      selectorFaults(inputs)
        .map((fault) => fault.reason)
        .join("\n"),
    ).toContain(reason);
  });
});
