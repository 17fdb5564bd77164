import fc from "fast-check";
import { parsePattern, patternFault } from "../../src/services/events/pattern.ts";

const matches = (pattern: unknown, event: unknown) => parsePattern(JSON.stringify(pattern))(event);

/** The event that AWS's documentation and the README of its rule engine show: https://github.com/aws/event-ruler */
const STATE_CHANGE = {
  version: "0",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  time: "2017-10-02T16:24:49Z",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
  detail: { "c-count": 5, "d-count": 3, "x-limit": 301.8, "source-ip": "10.0.0.33", state: "running", owner: null },
};

describe("event patterns", () => {
  it.each([
    [{ resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"] }],
    [{ detail: { state: ["initializing", "running"] } }],
    [{ detail: { owner: [null] } }],
    [{ time: [{ prefix: "2017-10-02" }] }],
    [{ source: [{ prefix: { "equals-ignore-case": "AWS." } }] }],
    [{ source: [{ suffix: "ec2" }] }],
    [{ source: [{ suffix: { "equals-ignore-case": "EC2" } }] }],
    [{ source: [{ "equals-ignore-case": "AWS.EC2" }] }],
    [{ source: [{ wildcard: "a*.e*2" }] }],
    [{ detail: { state: [{ "anything-but": "initializing" }] } }],
    [{ detail: { "x-limit": [{ "anything-but": [100, 200, 300] }] } }],
    [{ detail: { state: [{ "anything-but": { prefix: ["init", "stop"] } }] } }],
    [{ detail: { state: [{ "anything-but": { "equals-ignore-case": ["STOPPED"] } }] } }],
    [{ detail: { state: [{ "anything-but": { wildcard: "*ing*up*" } }] } }],
    [{ detail: { "c-count": [{ numeric: [">", 0, "<=", 5] }], "x-limit": [{ numeric: ["=", 3.018e2] }] } }],
    [{ detail: { "source-ip": [{ cidr: "10.0.0.0/24" }] } }],
    [{ detail: { "c-count": [{ exists: true }], "e-count": [{ exists: false }] } }],
    [{ detail: [{ exists: false }] }],
    [{ $or: [{ source: ["aws.s3"] }, { detail: { state: ["running"] } }] }],
    [{ detail: { $or: [{ "c-count": [{ numeric: [">", 9] }] }, { "d-count": [{ numeric: ["<", 9] }] }] } }],
  ])("let through %j", (pattern) => {
    expect(matches(pattern, STATE_CHANGE)).toBe(true);
  });

  it.each([
    [{ source: ["aws.EC2"] }],
    [{ source: ["aws.ec2"], detail: { state: ["stopped"] } }],
    [{ detail: { "c-count": ["5"] } }],
    [{ detail: { owner: ["null"] } }],
    [{ time: [{ prefix: "2018" }] }],
    [{ source: [{ wildcard: "aws.e?2" }] }],
    [{ detail: { missing: [{ "anything-but": "x" }] } }],
    [{ detail: { state: [{ "anything-but": ["stopped", "running"] }] } }],
    [{ detail: { state: [{ "anything-but": { suffix: "ing" } }] } }],
    [{ detail: { "c-count": [{ numeric: ["<", 5] }] } }],
    [{ detail: { state: [{ numeric: [">", 0] }] } }],
    [{ detail: { "source-ip": [{ cidr: "10.0.1.0/24" }] } }],
    [{ detail: { state: [{ exists: false }] } }],
    [{ $or: [{ source: ["aws.s3"] }, { detail: { state: ["stopped"] } }] }],
  ])("stop %j", (pattern) => {
    expect(matches(pattern, STATE_CHANGE)).toBe(false);
  });

  it("read the escapes of a wildcard, and addresses of version 6", () => {
    expect(matches({ a: [{ wildcard: "1\\*2\\\\*" }] }, { a: "1*2\\3" })).toBe(true);
    expect(matches({ a: [{ wildcard: "1\\*2" }] }, { a: "1x2" })).toBe(false);
    expect(matches({ a: [{ cidr: "2001:db8::/32" }] }, { a: "2001:db8::7" })).toBe(true);
  });

  it("ask an array of objects for one element that has everything", () => {
    const event = {
      people: [
        { name: "Ann", role: "dean" },
        { name: "Bob", role: "aide" },
      ],
    };
    expect(matches({ people: { name: ["Ann"], role: ["dean"] } }, event)).toBe(true);
    expect(matches({ people: { name: ["Ann"], role: ["aide"] } }, event)).toBe(false);
    expect(matches({ people: { name: [{ exists: false }] } }, event)).toBe(false);
    expect(matches({ people: { age: [{ exists: false }] } }, event)).toBe(true);
  });

  it.each([
    ["[]", "not an object"],
    ["{}", "Empty objects"],
    ['{"source": "aws.kms"}', '"source" must be an object or an array'],
    ['{"source": []}', "Empty arrays"],
    ['{"source": [{}]}', "Empty match expression"],
    ['{"source": [["aws.kms"]]}', "Match value must be"],
    ['{"source": [{"begins": "aws"}]}', "Unrecognized match type begins"],
    ['{"source": [{"toString": "aws"}]}', "Unrecognized match type toString"],
    ['{"source": [{"prefix": "a", "suffix": "b"}]}', "Only one key"],
    ['{"source": [{"prefix": 1}]}', "must be a string"],
    ['{"a": [{"numeric": [">", 5, "<", 1]}]}', "Bottom must be less than top"],
    ['{"a": [{"numeric": ["=>", 5]}]}', "Unrecognized numeric range operator"],
    ['{"a": [{"numeric": [">", 6000000000]}]}', "5.0E9"],
    ['{"a": [{"wildcard": "a**b"}]}', "Consecutive wildcard"],
    ['{"a": [{"wildcard": "a\\\\b"}]}', "Invalid escape"],
    ['{"a": [{"cidr": "10.0.0.0/33"}]}', "Malformed CIDR"],
    ['{"a": [{"exists": "yes"}]}', "true or false"],
    ['{"a": [{"anything-but": ["a", 1]}]}', "all values are number or string"],
    ['{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix"],
    ["{'a': 1}", "not valid JSON"],
  ])("are refused when they are none: %s", (text, reason) => {
    expect(patternFault(text)).toContain(reason);
  });
});

describe("event patterns of any kind", () => {
  const leaf = fc.oneof(fc.string(), fc.integer({ min: -4e9, max: 4e9 }), fc.boolean(), fc.constant(null));
  const name = fc.string({ minLength: 1 }).filter((text) => text !== "$or" && text !== "__proto__");
  const { event } = fc.letrec<{ event: Record<string, unknown>; value: unknown }>((tie) => ({
    value: fc.oneof({ depthSize: "small" }, leaf, fc.array(leaf, { minLength: 1 }), tie("event")),
    event: fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 4 }),
  }));
  /** What asks for exactly the values that are there. */
  const patternOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value;
    if (typeof value !== "object" || value === null) return [value];
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, patternOf(inner)]));
  };

  it("let an event through that has what they ask for, whatever else it has", () => {
    fc.assert(
      fc.property(event, leaf, (asked, more) => {
        const pattern = patternOf(asked);
        expect(matches(pattern, asked)).toBe(true);
        expect(matches(pattern, { ...asked, "another field of the event": more })).toBe(true);
      }),
    );
  });

  it("stop an event that lacks one of their fields, and one with another value there", () => {
    fc.assert(
      fc.property(event, fc.nat(), (asked, choice) => {
        const fields = Object.keys(asked);
        const field = fields[choice % fields.length]!;
        const { [field]: _gone, ...rest } = asked;
        expect(matches(patternOf(asked), rest)).toBe(false);
        expect(matches(patternOf(asked), { ...asked, [field]: "a value nobody would ask for" })).toBe(false);
      }),
    );
  });

  it("never let through both a value and everything but it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer({ min: -4e9, max: 4e9 })), leaf, (excluded, value) => {
        const is = matches({ a: [excluded] }, { a: value });
        expect(matches({ a: [{ "anything-but": [excluded] }] }, { a: value })).toBe(!is);
      }),
    );
  });

  it("compare numbers as numbers are compared", () => {
    const number = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(number, number, number, (a, b, value) => {
        fc.pre(a < b);
        expect(matches({ n: [{ numeric: [">", a, "<=", b] }] }, { n: value })).toBe(value > a && value <= b);
      }),
    );
  });

  it("find a text by any of its beginnings, endings and stretches", () => {
    const plain = fc.string({ minLength: 1 }).map((text) => text.replaceAll(/[*\\]/g, "x"));
    fc.assert(
      fc.property(plain, fc.nat(), fc.nat(), (text, from, to) => {
        const [start, end] = [from % text.length, to % text.length].toSorted((x, y) => x - y) as [number, number];
        const tests = [{ prefix: text.slice(0, end) }, { suffix: text.slice(start) }];
        for (const test of tests) expect(matches({ a: [test] }, { a: text })).toBe(true);
        expect(matches({ a: [{ wildcard: `${text.slice(0, start)}*${text.slice(end)}` }] }, { a: text })).toBe(true);
        expect(matches({ a: [{ prefix: `${text}!` }] }, { a: text })).toBe(false);
      }),
    );
  });

  it("are read without a crash, whatever is written", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ detail: value });
        if (patternFault(text) === undefined) parsePattern(text)({ detail: value });
      }),
    );
  });
});
