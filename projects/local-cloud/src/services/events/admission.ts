/** Whether the resource policies on the way let EventBridge in: a target without such a policy is never reached. */
import { GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import { evaluate, parsePolicy, type PolicyDocument } from "@records/iam";
import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { clientOf } from "../../sdk.ts";
import { requireKey } from "../kms/require-key.ts";
import { DeliveryFailure } from "./delivery-failure.ts";

const EVENT_BRIDGE = { kind: "service", service: "events.amazonaws.com" } as const;

export interface Use {
  readonly action: string;
  readonly resource: string;
  /** Name of the policy in messages, and the policy; a resource without one admits no service. */
  readonly policyOf: string;
  readonly policy: string | PolicyDocument | undefined;
  readonly context: Readonly<Record<string, string>>;
}

/** Says for which rule EventBridge comes, where the service that is called passes it on. */
export function sourceContext(ruleArn: string): Record<string, string> {
  return { "aws:SourceArn": ruleArn, "aws:SourceAccount": ACCOUNT_ID };
}

/** @throws {DeliveryFailure} with AWS's refusal */
export function requireAdmission({ action, resource, policyOf, policy, context }: Use, kind?: "kms-key"): void {
  const document = policy === undefined || policy === "" ? undefined : asDocument(policy);
  const decision = evaluate(
    { principal: EVENT_BRIDGE, action, resource, context },
    {
      identity: [],
      ...(document !== undefined && { resource: { name: policyOf, document } }),
      resourceKind: kind ?? "other",
    },
  );
  if (!decision.allowed) throw new DeliveryFailure("NO_PERMISSIONS", decision.message);
}

const asDocument = (policy: string | PolicyDocument): PolicyDocument =>
  typeof policy === "string" ? parsePolicy(policy) : policy;

/** An encrypted queue or topic takes a message only from one who may use its key. */
export async function requireKeyUse(
  cloud: Cloud,
  keyId: string | undefined,
  context: Readonly<Record<string, string>>,
): Promise<void> {
  if (keyId === undefined || keyId === "") return;
  if (keyId.includes("alias/aws/"))
    throw new DeliveryFailure("NO_PERMISSIONS", `${keyId} is AWS's own key: its policy admits no other service.`);
  const keyArn = await requireKey(cloud, keyId).catch((error: unknown) => {
    throw new DeliveryFailure("SDK_CLIENT_ERROR", (error as Error).message);
  });
  const { Policy: policy } = await clientOf(cloud, KMSClient).send(
    new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default" }),
  );
  const use = { resource: keyArn ?? keyId, policyOf: `policy of key ${keyId}`, policy, context };
  for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) requireAdmission({ ...use, action }, "kms-key");
}
