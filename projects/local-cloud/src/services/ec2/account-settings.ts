import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { newHexId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { oneSettingPerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";
import type { CheckFailure, ResourceType } from "../../resource-type.ts";

const EBS_ENCRYPTION = "aws:ebs/encryptionByDefault:EncryptionByDefault";
const SNAPSHOTS = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess";
const IMAGES = "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess";
const VPCS = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";

/** Switches that hold for the account in this Region, whatever a stack makes. */
export const accountSettings: readonly ResourceType[] = [
  recordedType({
    token: EBS_ENCRYPTION,
    id: () => newHexId("terraform-", 26),
    replaceOnChanges: [],
    conflict: oneSettingPerAccount(EBS_ENCRYPTION),
  }),
  recordedType({
    token: SNAPSHOTS,
    id: () => REGION,
    replaceOnChanges: [],
    check: ({ state }) => oneOf("state", state, ["block-all-sharing", "block-new-sharing", "unblocked"]),
    conflict: oneSettingPerAccount(SNAPSHOTS),
  }),
  recordedType({
    token: IMAGES,
    id: () => REGION,
    replaceOnChanges: [],
    check: ({ state }) => oneOf("state", state, ["block-new-sharing", "unblocked"]),
    conflict: oneSettingPerAccount(IMAGES),
  }),
  recordedType({
    token: VPCS,
    id: () => REGION,
    replaceOnChanges: [],
    computed: { awsAccountId: () => ACCOUNT_ID, awsRegion: () => REGION },
    check: ({ internetGatewayBlockMode: mode }) =>
      oneOf("internetGatewayBlockMode", mode, ["block-bidirectional", "block-ingress", "off"]),
    conflict: oneSettingPerAccount(VPCS),
  }),
];

function oneOf(property: string, value: unknown, allowed: readonly string[]): readonly CheckFailure[] {
  return failures((refuse) => {
    if (known(value) && !allowed.includes(value as string))
      refuse(property, `InvalidParameterValue: "${value as string}" is none of ${allowed.join(", ")}`);
  });
}
