/** Which events a trail takes: CloudTrail's grammar of basic and advanced event selectors. */
import { known } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

const OPERATORS = ["equals", "notEquals", "startsWiths", "notStartsWiths", "endsWiths", "notEndsWiths"];
/** The fields of each category on a trail; event data stores know more. */
const FIELDS: Readonly<Record<string, { readonly required: readonly string[]; readonly optional: readonly string[] }>> =
  {
    Management: { required: [], optional: ["eventSource", "readOnly"] },
    Data: { required: ["resources.type"], optional: ["eventName", "readOnly", "resources.ARN"] },
    NetworkActivity: { required: ["eventSource"], optional: ["eventName", "errorCode", "vpcEndpointId"] },
  };
/** Fields that take only `equals`, with their values where these are closed. */
const EQUALS_ONLY: Readonly<Record<string, readonly string[] | undefined>> = {
  eventCategory: Object.keys(FIELDS),
  readOnly: ["true", "false"],
  "resources.type": undefined,
};
/** The only sources of management events that can be left out. */
const EXCLUDABLE_SOURCES = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];
const BASIC_RESOURCE_TYPES = ["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"];
const INSIGHTS = ["ApiCallRateInsight", "ApiErrorRateInsight"];
const SELECTORS_MAX = 5;
const VALUES_MAX = 500;

export function selectorFaults(inputs: Properties): readonly Required<CheckFailure>[] {
  const { eventSelectors, advancedEventSelectors, insightSelectors } = inputs;
  const advanced = list(advancedEventSelectors);
  const found: (readonly [property: string, reason: string])[] = [
    ...list(eventSelectors).flatMap((selector) =>
      basicFaults(selector).map((reason) => ["eventSelectors", reason] as const),
    ),
    ...advanced.flatMap((selector) =>
      advancedFaults(selector).map((reason) => ["advancedEventSelectors", reason] as const),
    ),
  ];
  if (eventSelectors !== undefined && advancedEventSelectors !== undefined)
    found.push(["eventSelectors", "a trail has advancedEventSelectors or eventSelectors, not both"]);
  if (list(eventSelectors).length > SELECTORS_MAX)
    found.push(["eventSelectors", `a trail has up to ${SELECTORS_MAX} event selectors`]);
  const values = advanced.flatMap(({ fieldSelectors }) => list(fieldSelectors)).flatMap(valuesOf);
  if (values.length > VALUES_MAX)
    found.push([
      "advancedEventSelectors",
      `${values.length} values; all conditions of a trail have up to ${VALUES_MAX}`,
    ]);
  const insight = list(insightSelectors).find(
    ({ insightType }) => known(insightType) && !INSIGHTS.includes(insightType),
  );
  return [
    ...found.map(([property, reason]) => ({ property, reason: `InvalidEventSelectorsException: ${reason}` })),
    ...(insight === undefined
      ? []
      : [
          {
            property: "insightSelectors",
            reason: `InvalidInsightSelectorsException: "${insight.insightType}" is none of ${INSIGHTS.join(", ")}`,
          },
        ]),
  ];
}

function basicFaults({ readWriteType, dataResources }: Properties): readonly string[] {
  const types = list(dataResources).map(({ type }) => type as unknown);
  const odd = types.find((type) => known(type) && !BASIC_RESOURCE_TYPES.includes(type as string));
  return [
    ...(known(readWriteType) && !["All", "ReadOnly", "WriteOnly"].includes(readWriteType)
      ? [`readWriteType "${readWriteType}" is not All, ReadOnly or WriteOnly`]
      : []),
    ...(odd === undefined ? [] : [`basic selectors take no events of "${odd as string}"; say advancedEventSelectors`]),
  ];
}

function advancedFaults({ name, fieldSelectors }: Properties): readonly string[] {
  const selectors = list(fieldSelectors);
  const of = `selector "${String(name ?? "")}"`;
  const fields = selectors.map(({ field }) => field as string);
  const category = selectors.find(({ field }) => field === "eventCategory")?.equals?.[0] as string | undefined;
  if (!fields.includes("eventCategory")) return [`${of}: eventCategory is required`];
  const allowed = known(category) ? FIELDS[category] : undefined;
  return [
    ...(known(name) && name.length > 1_000 ? [`${of}: a name has up to 1000 characters`] : []),
    ...fields
      .filter((field, index) => fields.indexOf(field) !== index)
      .map((field) => `${of}: ${field} is there twice`),
    ...selectors.flatMap((selector) => fieldFaults(selector, category)).map((fault) => `${of}: ${fault}`),
    ...(allowed?.required ?? [])
      .filter((field) => !fields.includes(field))
      .map((field) => `${of}: ${field} is required for ${category} events`),
    ...fields
      .filter((field) => allowed && !["eventCategory", ...allowed.required, ...allowed.optional].includes(field))
      .map((field) => `${of}: ${field} is not a field of ${category} events on a trail`),
  ];
}

function fieldFaults(selector: Properties, category: string | undefined): readonly string[] {
  const { field } = selector as { field: string };
  const used = OPERATORS.filter((operator) => selector[operator] !== undefined);
  if (used.length === 0) return [`${field} needs an operator`];
  const faults: string[] = [];
  if (field in EQUALS_ONLY) {
    const values = list(selector.equals) as unknown as string[];
    if (used.some((operator) => operator !== "equals")) faults.push(`${field} takes only equals`);
    if (values.length > 1) faults.push(`${field} equals one value`);
    const closed = EQUALS_ONLY[field];
    const odd = values.find((value) => known(value) && closed !== undefined && !closed.includes(value));
    if (odd !== undefined) faults.push(`${field} "${odd}" is none of ${closed?.join(", ")}`);
  }
  if (field === "eventSource" && category === "Management") {
    const odd = valuesOf(selector).find((value) => known(value) && !EXCLUDABLE_SOURCES.includes(value as string));
    if (used.some((operator) => operator !== "notEquals") || odd !== undefined)
      faults.push(`eventSource of management events takes only notEquals of ${EXCLUDABLE_SOURCES.join(", ")}`);
  }
  const type = field === "resources.type" ? (valuesOf(selector)[0] as string | undefined) : undefined;
  if (known(type) && !/^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/.test(type))
    faults.push(`"${type}" is no resource type such as AWS::S3::Object`);
  return faults;
}

function valuesOf(selector: Properties): readonly unknown[] {
  return OPERATORS.flatMap((operator) => list(selector[operator]) as unknown[]);
}

/** What is known of a list; nothing of one that is not known yet. */
function list(value: unknown): readonly Properties[] {
  return known(value) && Array.isArray(value) ? (value as Properties[]).filter((item) => known(item)) : [];
}
