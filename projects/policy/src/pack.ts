/** Started by the engine as an analyzer, for every preview and update. */
import { PolicyPack, type PolicyResource, type ReportViolation, type ResourceValidationArgs } from "@pulumi/policy";
import { exceptions } from "../exceptions.ts";
import { judgeResource, judgeStack, type Leave, type Verdict } from "./evaluate.ts";
import { concerns, type Resource, type ResourceRule, type Rule, type StackRule, type StackView } from "./rule.ts";
import { rules } from "./rules.ts";
import { watched } from "./unknown.ts";

/** What the driver tells the rules about other layers (`--policy-pack-config`). */
interface Settings {
  /** Keys that the security layer published, by purpose. */
  readonly keyArns?: Readonly<Record<string, string>>;
}
const SETTINGS_SCHEMA = {
  properties: { keyArns: { type: "object", additionalProperties: { type: "string" } } },
} as const;

/** The package's types know messages as text only; its server takes a level with them, and needs one for what waits. */
type Advise = (advice: { message: string; urn: string | undefined; enforcementLevel: "advisory" }) => void;

const leave = (): Leave => ({ exemptions: exceptions, now: new Date() });

/** The package hides unknown values behind a proxy of its own. What it hides is what the engine sent. */
function unveiled(props: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(props).map((key) => [key, Object.getOwnPropertyDescriptor(props, key)?.value as unknown]),
  );
}

function resourceOf({ type, name, urn, props, opts }: ResourceValidationArgs | PolicyResource): Resource {
  return { type, name, urn, protect: opts.protect, props: watched(unveiled(props), urn), secretsUnmarked: true };
}

function tell(rule: Rule, { violations, waiting }: Verdict, report: ReportViolation): void {
  for (const { message, urn } of violations) report(message, urn);
  // In the words of the package itself: the driver counts these, and they are judged in the update.
  const [first] = waiting;
  if (!first) return;
  const missing = [...new Set(waiting.map(({ path }) => path.join(".")))].join(", ");
  const message = `can't run policy '${rule.name}' during preview: ${missing} can't be known yet`;
  (report as unknown as Advise)({ message, urn: first.urn, enforcementLevel: "advisory" });
}

const text = ({ name, holds, level, remedy }: Rule) =>
  ({ name, description: holds, enforcementLevel: level, remediationSteps: remedy }) as const;

const resourcePolicy = (rule: ResourceRule) => ({
  ...text(rule),
  validateResource: async (args: ResourceValidationArgs, report: ReportViolation) => {
    if (concerns(rule, args)) tell(rule, await judgeResource(rule, resourceOf(args), leave()), report);
  },
});

const stackPolicy = (rule: StackRule) => ({
  ...text(rule),
  configSchema: SETTINGS_SCHEMA,
  validateStack: async (
    args: { resources: PolicyResource[]; getConfig: <T extends object>() => T },
    report: ReportViolation,
  ) => {
    const resources = args.resources.map((resource) => ({
      ...resourceOf(resource),
      madeFrom: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([property, made]) => [property, made.map(({ urn }) => urn)]),
      ),
    }));
    const view: StackView = { resources, urn: resources[0]?.urn ?? "", keyArns: args.getConfig<Settings>().keyArns };
    tell(rule, await judgeStack(rule, view, leave()), report);
  },
});

// An engine that is killed cannot end its analyzer; whoever is left without a parent ends by itself.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit(0);
}, 2_000).unref();

new PolicyPack("student-records", {
  policies: rules.map((rule) => (rule.scope === "resource" ? resourcePolicy(rule) : stackPolicy(rule))),
});
