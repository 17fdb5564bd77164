import {
  DeleteResourcePolicyCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { clientOf, documentNow, unlessMissing } from "../../sdk.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { allowsEveryone } from "../iam/public-access.ts";
import { MISSING } from "./secret.ts";

const LENGTH_MAX = 20_480;

export const secretPolicy: ResourceType = {
  token: "aws:secretsmanager/secretPolicy:SecretPolicy",
  replaceOnChanges: ["secretArn"],
  computed: [],
  uniqueBy: ["secretArn"],
  derivedInputs: policyAsText("policy"),
  check: ({ policy, blockPublicPolicy }) =>
    failures((refuse) => {
      if (blockPublicPolicy === true && known(policy) && allowsEveryone(policy))
        refuse("policy", "PublicPolicyException: the policy allows everyone, and blockPublicPolicy forbids that.");
    }).concat(policyFailures("policy", policy, { kind: "resource", service: "secretsmanager", lengthMax: LENGTH_MAX })),
  create: async (inputs, cloud) => {
    await put(cloud, inputs.secretArn as string, inputs);
    return { id: inputs.secretArn as string, outputs: {} };
  },
  read: async ({ id, outputs }, cloud) => {
    const secrets = clientOf(cloud, SecretsManagerClient);
    const secret = await unlessMissing(secrets.send(new DescribeSecretCommand({ SecretId: id })), MISSING);
    if (secret === undefined || secret.DeletedDate !== undefined) return undefined;
    const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: id }));
    if (ResourcePolicy === undefined) return undefined;
    return { policy: documentNow(outputs.policy, ResourcePolicy) };
  },
  update: async ({ id }, inputs, cloud) => {
    await put(cloud, id, inputs);
    return {};
  },
  delete: async ({ id }, cloud) => {
    const call = new DeleteResourcePolicyCommand({ SecretId: id });
    await unlessMissing(clientOf(cloud, SecretsManagerClient).send(call), MISSING, "InvalidRequestException");
  },
};

async function put(cloud: Cloud, secretArn: string, inputs: Properties): Promise<void> {
  await clientOf(cloud, SecretsManagerClient).send(
    new PutResourcePolicyCommand({
      SecretId: secretArn,
      ResourcePolicy: inputs.policy as string,
      BlockPublicPolicy: inputs.blockPublicPolicy as boolean | undefined,
    }),
  );
}
