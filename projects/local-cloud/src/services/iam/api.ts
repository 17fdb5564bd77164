/** What a person may do to a role by hand, past its program: read one inline policy, and put another in its place. */
import { randomUUID } from "node:crypto";
import { escapeXml, faultResponse } from "../../aws-api/errors.ts";
import type { ApiHandler, ApiResponse, Cloud } from "../../cloud.ts";
import type { ResourceRecord } from "../../resource-type.ts";
import { policyFailures } from "./policy-checks.ts";

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/";

export function iamApi(cloud: Cloud): ApiHandler {
  return async ({ action, body }) => {
    if (!["ListRolePolicies", "GetRolePolicy", "PutRolePolicy"].includes(action)) return undefined;
    const input = new URLSearchParams(body.toString());
    const role = input.get("RoleName") ?? "";
    const policies = cloud.account.ofType(ROLE_POLICY).filter(({ inputs }) => inputs.role === role);
    if (action === "ListRolePolicies")
      return answer(
        action,
        `<PolicyNames>${policies.map((policy) => element("member", nameOf(policy))).join("")}</PolicyNames>`,
      );

    const name = input.get("PolicyName") ?? "";
    const policy = policies.find((each) => nameOf(each) === name);
    if (policy === undefined) return refusal("NoSuchEntity", `The role policy with name ${name} cannot be found.`, 404);
    if (action === "GetRolePolicy") return answer(action, describe(role, policy));
    return putPolicy(cloud, policy, input.get("PolicyDocument") ?? "");
  };
}

/** A change that the engine knows nothing of: a refresh of the layer shows it, and the next deployment mends it. */
async function putPolicy(cloud: Cloud, record: ResourceRecord, document: string): Promise<ApiResponse> {
  const [failure] = policyFailures("policy", document, { kind: "identity" });
  if (failure !== undefined) return refusal("MalformedPolicyDocument", failure.reason, 400);
  const { inputs, outputs } = record;
  const changed = { ...record, inputs: { ...inputs, policy: document }, outputs: { ...outputs, policy: document } };
  await cloud.account.put(changed, []);
  return answer("PutRolePolicy", "");
}

const nameOf = ({ inputs }: ResourceRecord): string => String(inputs.name);

/** IAM gives a document as it stands in a URL. */
function describe(role: string, record: ResourceRecord): string {
  const document = encodeURIComponent(String(record.inputs.policy));
  return element("RoleName", role) + element("PolicyName", nameOf(record)) + element("PolicyDocument", document);
}

function answer(action: string, result: string): ApiResponse {
  const body =
    `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

const refusal = (code: string, message: string, status: number): ApiResponse =>
  faultResponse("query", { code, message, status });

const element = (name: string, value: string): string => `<${name}>${escapeXml(value)}</${name}>`;
