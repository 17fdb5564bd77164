import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { failures, known } from "../../known.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { clientOf, documentNow, tagChanges, unlessMissing } from "../../sdk.ts";
import type { Tags } from "../../sdk.ts";
import { requireKey } from "../kms/require-key.ts";

export const SECRET = "aws:secretsmanager/secret:Secret";
export const MISSING = "ResourceNotFoundException";
const DEFAULT_RECOVERY_DAYS = 30;

/** The secret itself; its value is put by whoever owns it (the rotation function), never by a program. */
export const secret: ResourceType = {
  token: SECRET,
  replaceOnChanges: ["name", "namePrefix"],
  computed: ["arn", "replicas", "policy"],
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, recoveryWindowInDays: days, replicas, policy } = inputs;
      if (known(name) && !/^[A-Za-z0-9/_+=.@!-]{1,512}$/.test(name))
        refuse("name", `ValidationException: "${name}" may hold letters, digits and /_+=.@- only, at most 512.`);
      if (known(name) && /-[A-Za-z0-9]{6}$/.test(name))
        refuse(
          "name",
          `"${name}" ends like the suffix that AWS adds to a secret's ARN; a search by a partial ARN would go wrong.`,
        );
      if (known(days) && days !== 0 && (days < 7 || days > 30))
        refuse("recoveryWindowInDays", `InvalidParameterException: ${days}; it must be 0, or between 7 and 30 days.`);
      if (known(replicas) && replicas.length > 0) refuse("replicas", "The local cloud has one region: no replicas.");
      if (known(policy)) refuse("policy", "Use aws:secretsmanager/secretPolicy:SecretPolicy, which checks it.");
    }),

  create: async (inputs, cloud) => {
    await requireKey(cloud, inputs.kmsKeyId);
    const { ARN } = await clientOf(cloud, SecretsManagerClient).send(
      new CreateSecretCommand({
        Name: inputs.name as string,
        Description: inputs.description as string | undefined,
        KmsKeyId: inputs.kmsKeyId as string | undefined,
        Tags: tagList(inputs.tags),
      }),
    );
    if (ARN === undefined) throw new Error("Secrets Manager created a secret and gave it no ARN.");
    return { id: ARN, outputs: { arn: ARN, replicas: [], policy: "" } };
  },

  read: async ({ id, inputs, outputs }, cloud) => {
    const secrets = clientOf(cloud, SecretsManagerClient);
    const found = await unlessMissing(secrets.send(new DescribeSecretCommand({ SecretId: id })), MISSING);
    if (found === undefined || found.DeletedDate !== undefined) return undefined;
    const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: id }));
    return {
      arn: found.ARN,
      name: found.Name,
      policy: documentNow(outputs.policy, ResourcePolicy ?? ""),
      ...("description" in inputs && { description: found.Description }),
      ...("kmsKeyId" in inputs && { kmsKeyId: found.KmsKeyId }),
      tags: tagsOf(found.Tags),
    };
  },

  update: async ({ id }, inputs, cloud) => {
    await requireKey(cloud, inputs.kmsKeyId);
    const secrets = clientOf(cloud, SecretsManagerClient);
    await secrets.send(
      new UpdateSecretCommand({
        SecretId: id,
        Description: (inputs.description as string | undefined) ?? "",
        KmsKeyId: inputs.kmsKeyId as string | undefined,
      }),
    );
    const { Tags: current } = await secrets.send(new DescribeSecretCommand({ SecretId: id }));
    const { set, unset } = tagChanges(tagsOf(current), inputs.tags as Tags);
    if (unset.length > 0) await secrets.send(new UntagResourceCommand({ SecretId: id, TagKeys: unset }));
    if (Object.keys(set).length > 0) {
      await secrets.send(new TagResourceCommand({ SecretId: id, Tags: tagList(set) }));
    }
    return {};
  },

  delete: async ({ id, inputs }, cloud) => {
    const days = (inputs.recoveryWindowInDays as number | undefined) ?? DEFAULT_RECOVERY_DAYS;
    const how = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    const call = new DeleteSecretCommand({ SecretId: id, ...how });
    await unlessMissing(clientOf(cloud, SecretsManagerClient).send(call), MISSING, "InvalidRequestException");
  },
};

function tagList(tags: unknown) {
  return Object.entries((tags ?? {}) as Tags).map(([Key, Value]) => ({ Key, Value }));
}

function tagsOf(list: readonly { Key?: string; Value?: string }[] | undefined): Properties {
  return Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
