import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import type { KeySpec, KeyUsageType } from "@aws-sdk/client-kms";
import type { Cloud } from "../../cloud.ts";
import { failures } from "../../known.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import { clientOf, tagChanges, unlessMissing } from "../../sdk.ts";
import type { Tags } from "../../sdk.ts";
import { undoing } from "../../undo.ts";
import { missingPrincipals } from "../iam/named-principals.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { keptPolicy, policyNow } from "./key-policy-text.ts";
import { keySettingFailures } from "./key-settings.ts";
import { keyPolicyLockOut } from "./lock-out.ts";

export const KEY = "aws:kms/key:Key";
const DEFAULT_DELETION_WINDOW_DAYS = 30;
const DEFAULT_ROTATION_DAYS = 365;

export const key: ResourceType = {
  token: KEY,
  replaceOnChanges: ["customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId", "xksKeyId"],
  computed: ["arn", "keyId", "policy"],
  derivedInputs: policyAsText("policy"),
  check: (inputs) =>
    failures((refuse) => {
      const { policy, bypassPolicyLockoutSafetyCheck } = inputs;
      const lockOut = bypassPolicyLockoutSafetyCheck === true ? undefined : keyPolicyLockOut(policy);
      if (lockOut !== undefined) refuse("policy", lockOut);
    }).concat(
      keySettingFailures(inputs),
      policyFailures("policy", inputs.policy, { kind: "resource", service: "kms", lengthMax: 32_768 }),
    ),

  create: (inputs, cloud) =>
    undoing(async (onFailure) => {
      refuseMissingPrincipals(cloud, inputs.policy);
      const kms = clientOf(cloud, KMSClient);
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({
          Description: inputs.description as string | undefined,
          KeySpec: inputs.customerMasterKeySpec as KeySpec | undefined,
          KeyUsage: inputs.keyUsage as KeyUsageType | undefined,
          MultiRegion: inputs.multiRegion as boolean | undefined,
          Policy: keptPolicy(inputs.policy),
          Tags: tagList(inputs.tags),
        }),
      );
      const { KeyId, Arn } = KeyMetadata ?? {};
      if (KeyId === undefined) throw new Error("KMS created a key and gave it no id.");
      onFailure(() => scheduleDeletion(kms, KeyId, DEFAULT_DELETION_WINDOW_DAYS));
      await setRotation(kms, KeyId, inputs);
      if (inputs.isEnabled === false) await kms.send(new DisableKeyCommand({ KeyId }));
      const policy = (inputs.policy as unknown) ?? (await policyOf(kms, KeyId));
      return { id: KeyId, outputs: { arn: Arn, keyId: KeyId, policy } };
    }, cloud.log),

  read: async ({ id, inputs, outputs }, cloud) => {
    const kms = clientOf(cloud, KMSClient);
    const found = await unlessMissing(kms.send(new DescribeKeyCommand({ KeyId: id })), "NotFoundException");
    // A key that waits for its end cannot be used any more: to a program it is gone.
    if (found?.KeyMetadata === undefined || found.KeyMetadata.KeyState === "PendingDeletion") return undefined;
    const { Arn, Description, Enabled, MultiRegion } = found.KeyMetadata;
    const [rotation, policy, tags] = await Promise.all([
      kms.send(new GetKeyRotationStatusCommand({ KeyId: id })),
      policyOf(kms, id),
      kms.send(new ListResourceTagsCommand({ KeyId: id })),
    ]);
    return {
      arn: Arn,
      keyId: id,
      policy: policyNow(outputs.policy, policy),
      ...("description" in inputs && { description: Description }),
      ...("multiRegion" in inputs && { multiRegion: MultiRegion }),
      isEnabled: Enabled,
      enableKeyRotation: rotation.KeyRotationEnabled ?? false,
      // moto keeps that a key rotates, not how often.
      ...(rotation.RotationPeriodInDays !== undefined && { rotationPeriodInDays: rotation.RotationPeriodInDays }),
      tags: Object.fromEntries((tags.Tags ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue])),
    };
  },

  update: async ({ id, inputs: before }, inputs, cloud) => {
    refuseMissingPrincipals(cloud, inputs.policy);
    const kms = clientOf(cloud, KMSClient);
    if (before.description !== inputs.description) {
      const Description = (inputs.description as string | undefined) ?? "";
      await kms.send(new UpdateKeyDescriptionCommand({ KeyId: id, Description }));
    }
    const Policy = keptPolicy(inputs.policy);
    if (Policy !== undefined) await kms.send(new PutKeyPolicyCommand({ KeyId: id, PolicyName: "default", Policy }));
    await kms.send(
      inputs.isEnabled === false ? new DisableKeyCommand({ KeyId: id }) : new EnableKeyCommand({ KeyId: id }),
    );
    await setRotation(kms, id, inputs);
    const { set, unset } = tagChanges(await tagsOf(kms, id), inputs.tags as Tags);
    if (unset.length > 0) await kms.send(new UntagResourceCommand({ KeyId: id, TagKeys: unset }));
    if (Object.keys(set).length > 0) await kms.send(new TagResourceCommand({ KeyId: id, Tags: tagList(set) }));
    return { policy: (inputs.policy as unknown) ?? (await policyOf(kms, id)) };
  },

  delete: async ({ id, inputs }: ResourceRecord, cloud: Cloud) => {
    const days = (inputs.deletionWindowInDays as number | undefined) ?? DEFAULT_DELETION_WINDOW_DAYS;
    await scheduleDeletion(clientOf(cloud, KMSClient), id, days);
  },
};

function refuseMissingPrincipals(cloud: Cloud, policy: unknown): void {
  const missing = missingPrincipals(cloud, policy);
  if (missing.length === 0) return;
  throw new Error(
    "MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals. " +
      `The account has no ${missing.join(", ")}.`,
  );
}

/** KMS takes a key away only after a window in which one can change one's mind; until then its state says so. */
async function scheduleDeletion(kms: KMSClient, keyId: string, days: number): Promise<void> {
  const call = kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: days }));
  await unlessMissing(call, "NotFoundException", "KMSInvalidStateException");
}

async function setRotation(kms: KMSClient, keyId: string, inputs: Properties): Promise<void> {
  if (inputs.enableKeyRotation === true) {
    const days = (inputs.rotationPeriodInDays as number | undefined) ?? DEFAULT_ROTATION_DAYS;
    await kms.send(new EnableKeyRotationCommand({ KeyId: keyId, RotationPeriodInDays: days }));
  } else {
    await kms.send(new DisableKeyRotationCommand({ KeyId: keyId }));
  }
}

async function policyOf(kms: KMSClient, keyId: string): Promise<string | undefined> {
  return (await kms.send(new GetKeyPolicyCommand({ KeyId: keyId, PolicyName: "default" }))).Policy;
}

async function tagsOf(kms: KMSClient, keyId: string): Promise<Tags> {
  const { Tags: tags } = await kms.send(new ListResourceTagsCommand({ KeyId: keyId }));
  return Object.fromEntries((tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]));
}

function tagList(tags: unknown) {
  return Object.entries((tags ?? {}) as Tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
