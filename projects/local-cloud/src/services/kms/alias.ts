import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  KMSClient,
  ListAliasesCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { failures, known } from "../../known.ts";
import type { ResourceType } from "../../resource-type.ts";
import { clientOf, unlessMissing } from "../../sdk.ts";

export const alias: ResourceType = {
  token: "aws:kms/alias:Alias",
  replaceOnChanges: ["name", "namePrefix"],
  computed: ["arn", "targetKeyArn"],
  uniqueBy: ["name"],
  check: ({ name }) =>
    failures((refuse) => {
      if (!known(name)) return;
      if (!/^alias\/[A-Za-z0-9/_-]{1,250}$/.test(name))
        refuse("name", `ValidationException: "${name}" must be "alias/" and letters, digits, / _ or -.`);
      else if (name.startsWith("alias/aws/"))
        refuse("name", "NotAuthorizedException: names that begin with alias/aws/ are reserved for AWS.");
    }),
  create: async ({ name, targetKeyId }, cloud) => {
    if (name === undefined) throw new Error("aws:kms/alias:Alias needs a name here; namePrefix is not supported.");
    const kms = clientOf(cloud, KMSClient);
    await kms.send(new CreateAliasCommand({ AliasName: name as string, TargetKeyId: targetKeyId as string }));
    return { id: name as string, outputs: await outputsOf(kms, name as string, targetKeyId as string) };
  },
  read: async ({ id, outputs }, cloud) => {
    const kms = clientOf(cloud, KMSClient);
    const target = await targetOf(kms, id);
    if (target === undefined) return undefined;
    // A program may name the target by id or by ARN: keep its spelling while it is the same key.
    const recorded = outputs.targetKeyId as string;
    return {
      ...(await outputsOf(kms, id, target)),
      targetKeyId: recorded.endsWith(target) ? recorded : target,
    };
  },
  update: async ({ id }, { targetKeyId }, cloud) => {
    const kms = clientOf(cloud, KMSClient);
    await kms.send(new UpdateAliasCommand({ AliasName: id, TargetKeyId: targetKeyId as string }));
    return outputsOf(kms, id, targetKeyId as string);
  },
  delete: async ({ id }, cloud) => {
    const kms = clientOf(cloud, KMSClient);
    await unlessMissing(kms.send(new DeleteAliasCommand({ AliasName: id })), "NotFoundException");
  },
};

async function targetOf(kms: KMSClient, name: string): Promise<string | undefined> {
  for (let Marker: string | undefined; ;) {
    const page = await kms.send(new ListAliasesCommand({ Marker }));
    const found = page.Aliases?.find(({ AliasName }) => AliasName === name);
    if (found !== undefined) return found.TargetKeyId;
    if (page.Truncated !== true) return undefined;
    Marker = page.NextMarker;
  }
}

async function outputsOf(kms: KMSClient, name: string, targetKeyId: string) {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: targetKeyId }));
  const targetKeyArn = KeyMetadata?.Arn ?? "";
  return { arn: targetKeyArn.replace(/:key\/.*$/, `:${name}`), targetKeyArn };
}
