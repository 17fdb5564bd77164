/** A pipeline's role as AWS would judge it: its inline and attached policies under its ceiling. */
import { evaluate, parsePolicy, type Decision, type NamedPolicy, type Policies } from "@records/iam";
import type { Layer } from "@records/conventions";
import type { RecordedResource, Recording } from "@records/testing";
import { iamArn, nameOf, type Call, type Needs } from "./calls.ts";
import { COMPUTE_CALLS } from "./compute-calls.ts";
import { DATA_CALLS } from "./data-calls.ts";
import { NETWORK_CALLS } from "./network-calls.ts";
import { SECURITY_CALLS } from "./security-calls.ts";

const NEEDS: Readonly<Record<Layer, Readonly<Record<string, Needs>>>> = {
  security: SECURITY_CALLS,
  network: NETWORK_CALLS,
  data: DATA_CALLS,
  compute: COMPUTE_CALLS,
};

const POLICY = "aws:iam/policy:Policy";
const document = (name: string, { inputs }: RecordedResource): NamedPolicy => ({
  name,
  document: parsePolicy(inputs.policy),
});

export class Identity {
  readonly name: string;
  private readonly policies: Policies;

  constructor(security: Recording, name: string) {
    this.name = name;
    const inline = security.ofType("aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => inputs.role === name);
    const attached = security
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ inputs }) => inputs.role === name)
      .map(({ inputs }) => String(inputs.policyArn).split("/").at(-1));
    const managed = security.ofType(POLICY).filter(({ inputs }) => attached.includes(String(inputs.name)));
    if (inline.length === 0 || managed.length === 0) throw new Error(`The security stack makes no role ${name}.`);
    this.policies = {
      identity: [...inline, ...managed].map((policy) => document(policy.name, policy)),
      boundary: document("boundary", security.get(POLICY, "permission-boundary")),
    };
  }

  /**
   * @param suffix  of the stack that the call is about: what is there carries its tags, and what is made gets them
   */
  decide(call: Call, suffix: string): Decision {
    const tags = { EnvironmentSuffix: suffix, Environment: suffix, Project: "student-records" };
    const tagged = (key: string) =>
      Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`${key}/${tag}`, value]));
    const about = call.isNew
      ? tagged("aws:RequestTag")
      : { ...tagged("aws:ResourceTag"), ...(call.action.startsWith("ec2:") && tagged("ec2:ResourceTag")) };
    return evaluate(
      {
        principal: { kind: "role", arn: iamArn(`role/${this.name}`) },
        action: call.action,
        resource: call.resource,
        context: { "aws:RequestedRegion": "us-east-1", ...about, ...call.context },
      },
      this.policies,
    );
  }
}

/** Everything that AWS asks about when a recorded layer is created. */
export function callsOf(layer: Layer, recording: Recording): readonly Call[] {
  const ceilings = new Map(
    recording
      .ofType("aws:iam/role:Role")
      .map(({ inputs }) => [iamArn(`role/${inputs.name}`), String(inputs.permissionsBoundary)]),
  );
  const withCeiling = (call: Call): Call => {
    const ceiling = ceilings.get(call.resource);
    return ceiling ? { ...call, context: { "iam:PermissionsBoundary": ceiling, ...call.context } } : call;
  };
  return recording.resources
    .filter(({ type, custom }) => custom || type.startsWith("awsx:"))
    .flatMap((resource) => {
      const needs = NEEDS[layer][resource.type];
      if (needs) return needs(nameOf(resource), resource.inputs).map(withCeiling);
      throw new Error(
        `Nobody has said which calls create ${resource.type}. Add them to test/ci/${layer}-calls.ts, and what they need to src/ci/apply-${layer}.ts.`,
      );
    });
}

const READS = /:(?:Describe|Get|List|BatchGet|BatchCheck|GET)/;
export const isRead = ({ action }: Call): boolean => READS.test(action);
