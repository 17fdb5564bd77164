import { newEvent } from "../../src/services/events/event.ts";
import { transformed } from "../../src/services/events/transformation.ts";
import type { Transformation } from "../../src/services/events/transformation.ts";

const rule = { name: "tamper", arn: "arn:aws:events:us-east-1:000000000000:rule/tamper" };
const event = newEvent({
  ...{ source: "aws.kms", detailType: "AWS API Call via CloudTrail", at: new Date("2026-01-31T12:00:00.789Z") },
  resources: ["arn:one", "arn:two"],
  detail: { eventName: "DisableKey", parameters: { keyId: 'a "quoted" key', days: 7 }, tags: [{ k: "a" }, { k: "b" }] },
});
const sent = (transformation: Transformation) => transformed(event, transformation, rule);

describe("what a target is sent", () => {
  it("is the event as it is, when the rule says nothing else", () => {
    expect(JSON.parse(sent({})!)).toEqual(event);
    expect(event.time).toBe("2026-01-31T12:00:00Z");
  });

  it("is a constant, or a part of the event", () => {
    expect(sent({ input: '{"alarm":true}' })).toBe('{"alarm":true}');
    expect(sent({ inputPath: "$.detail.parameters" })).toBe('{"keyId":"a \\"quoted\\" key","days":7}');
    expect(sent({ inputPath: "$.resources[1]" })).toBe('"arn:two"');
    expect(sent({ inputPath: "$['detail-type']" })).toBe('"AWS API Call via CloudTrail"');
    expect(sent({ inputPath: "$.detail.tags[*].k" })).toBe('["a","b"]');
    expect(sent({ inputPath: "$.detail.nothing" })).toBe("null");
  });

  it("is a text with parts of the event in it", () => {
    const inputPaths = { name: "$.detail.eventName", key: "$.detail.parameters.keyId" };
    const inputTemplate = '"<name> of <key> at <aws.events.event.ingestion-time> (<aws.events.rule-name>), <unknown>"';
    expect(sent({ inputTransformer: { inputPaths, inputTemplate } })).toBe(
      '"DisableKey of a \\"quoted\\" key at 2026-01-31T12:00:00Z (tamper), <unknown>"',
    );
  });

  it("is JSON with parts of the event in it: as they are, or within a text", () => {
    const inputPaths = {
      days: "$.detail.parameters.days",
      key: "$.detail.parameters.keyId",
      all: "$.detail.parameters",
    };
    const inputTemplate = '{"days": <days>, "key": <key>, "all": <all>, "text": "in <days> days: <all>"}';
    expect(JSON.parse(sent({ inputTransformer: { inputPaths, inputTemplate } })!)).toEqual({
      ...{ days: 7, key: 'a "quoted" key', all: { keyId: 'a "quoted" key', days: 7 } },
      text: 'in 7 days: {"keyId":"a \\"quoted\\" key","days":7}',
    });
  });

  it("is nothing when a template makes no JSON of this event", () => {
    const inputTransformer = { inputPaths: { gone: "$.detail.gone" }, inputTemplate: '{"gone": <gone>}' };
    expect(sent({ inputTransformer })).toBeUndefined();
  });
});
