/** The template of a conformance pack: what AWS Config refuses before it makes a single rule. */
import YAML from "yaml";
import { known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";
import { isManagedRuleForm } from "./rule.ts";

const TEMPLATE_BYTES_MAX = 51_200;
const RULES_MAX = 130;
const PARAMETERS_MAX = 60;
const SECTIONS = ["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Conditions", "Resources"];
const RULE = "AWS::Config::ConfigRule";
const REMEDIATION = "AWS::Config::RemediationConfiguration";

interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown } | null>>;
  readonly Resources?: Readonly<Record<string, { readonly Type?: unknown; readonly Properties?: Properties } | null>>;
}

export function templateFaults(body: string, inputParameters: unknown): readonly string[] {
  const bytes = Buffer.byteLength(body);
  if (bytes > TEMPLATE_BYTES_MAX)
    return [`the template has ${bytes} bytes; ${TEMPLATE_BYTES_MAX} are possible here, more through templateS3Uri`];
  // JSON is YAML too. Short forms such as !Ref are tags without a meaning here: their values stay.
  const document = YAML.parseDocument(body);
  const [syntax] = document.errors;
  if (syntax !== undefined) return [`the template cannot be read: ${syntax.message.split("\n")[0] ?? ""}`];
  const template: unknown = document.toJSON();
  if (!isMap(template)) return ["the template is no mapping with Resources"];
  const section = Object.keys(template).find((name) => !SECTIONS.includes(name));
  if (section !== undefined) return [`"${section}" is no section of a pack: ${SECTIONS.join(", ")}`];
  return [...parameterFaults(template, inputParameters), ...resourceFaults(template)];
}

function parameterFaults({ Parameters, Resources }: Template, inputParameters: unknown): readonly string[] {
  const declared = Object.keys(Parameters ?? {});
  const given = known(inputParameters)
    ? (inputParameters as Properties[]).map(({ parameterName }) => parameterName as unknown)
    : undefined;
  const faults: string[] = [];
  if (declared.length > PARAMETERS_MAX) faults.push(`a pack has up to ${PARAMETERS_MAX} parameters`);
  const stray = given?.find((name) => known(name) && !declared.includes(name as string));
  if (stray !== undefined) faults.push(`the template declares no parameter "${stray as string}"`);
  for (const [name, declaration] of Object.entries(Parameters ?? {}))
    if (declaration?.Default === undefined && given?.every(known) !== false && !given?.includes(name))
      faults.push(`parameter "${name}" has no Default and is not given`);
  const referred = new Set(referencesIn(Resources));
  const dangling = [...referred].find(
    (name) => !declared.includes(name) && !(name in (Resources ?? {})) && !name.includes("::"),
  );
  if (dangling !== undefined) faults.push(`Ref "${dangling}" refers to nothing in the template`);
  return faults;
}

function resourceFaults({ Resources }: Template): readonly string[] {
  if (!isMap(Resources) || Object.keys(Resources).length === 0) return ["the template has no Resources"];
  const entries = Object.entries(Resources);
  const rules = entries.filter(([, resource]) => resource?.Type === RULE);
  const names = rules.map(([, resource]) => resource?.Properties?.ConfigRuleName as unknown);
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) !== index);
  return [
    ...entries.flatMap(([id, resource]) => entryFaults(id, resource).map((fault) => `${id}: ${fault}`)),
    ...(rules.length > RULES_MAX ? [`a pack has up to ${RULES_MAX} rules, this one ${rules.length}`] : []),
    ...(twice === undefined ? [] : [`two rules are named "${twice as string}"`]),
  ];
}

function entryFaults(id: string, resource: { readonly Type?: unknown; readonly Properties?: Properties } | null) {
  const faults: string[] = [];
  if (!/^[A-Za-z0-9]+$/.test(id)) faults.push("a logical id has letters and digits only");
  const type = resource?.Type;
  if (type !== RULE && type !== REMEDIATION) return [...faults, `Type must be ${RULE} or ${REMEDIATION}`];
  const { ConfigRuleName, Source } = (resource?.Properties ?? {}) as { ConfigRuleName?: unknown; Source?: Properties };
  if (type === REMEDIATION) return faults;
  if (typeof ConfigRuleName === "string" && ConfigRuleName.length > 128)
    faults.push("a rule's name has up to 128 characters");
  if (!isMap(Source)) return [...faults, "a rule needs a Source"];
  if (!["AWS", "CUSTOM_LAMBDA", "CUSTOM_POLICY"].includes(Source.Owner as string))
    faults.push(`Owner "${String(Source.Owner)}" is not AWS, CUSTOM_LAMBDA or CUSTOM_POLICY`);
  if (Source.Owner === "AWS" && !isManagedRuleForm(Source.SourceIdentifier))
    faults.push(`The sourceIdentifier ${String(Source.SourceIdentifier)} is invalid`);
  return faults;
}

/** The long form `Ref: name`, anywhere below. */
function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === "Ref" && typeof member === "string" ? [member] : referencesIn(member),
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
