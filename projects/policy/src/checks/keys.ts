import { statementsOf } from "./policy-document.ts";
import type { Rule } from "../rule.ts";

export const keyRotation: Rule = {
  name: "kms-key-rotation",
  pins: "POL-4, SEC-16",
  holds: "Every symmetric customer-managed key rotates and has a deletion window.",
  remedy: "Set enableKeyRotation: true, rotationPeriodInDays and deletionWindowInDays.",
  types: ["aws:kms/key:Key"],
  check: ({ props }) => {
    const wrong: string[] = [];
    const symmetric = (props.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
    if (symmetric && props.enableKeyRotation !== true) wrong.push("The key does not rotate.");
    if (props.deletionWindowInDays === undefined) wrong.push("The key has no deletion window of its own.");
    return wrong;
  },
};

export const keyPolicy: Rule = {
  name: "kms-key-policy",
  pins: "POL-4, SEC-28",
  holds: "Every key has an explicit policy, and `Principal: *` stands in denials only.",
  remedy: "Build the policy with the security layer's key policy function.",
  types: ["aws:kms/key:Key"],
  check: ({ props }) => {
    const statements = statementsOf(props.policy);
    if (statements.length === 0) return ["The key has no policy of its own."];
    return statements.flatMap((statement) =>
      statement.Effect === "Allow" && isEverybody(statement.Principal) ? ["The key policy allows everybody."] : [],
    );
  },
};

function isEverybody(principal: unknown): boolean {
  if (principal === "*") return true;
  const aws = (principal as { AWS?: string | string[] } | undefined)?.AWS;
  return [aws].flat().includes("*");
}

/** Types that encrypt at rest, and where they name their key. */
const KEY_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudtrail/trail:Trail": ["kmsKeyId"],
  "aws:cloudwatch/logGroup:LogGroup": ["kmsKeyId"],
  "aws:efs/fileSystem:FileSystem": ["kmsKeyId"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["kmsKeyId"],
  "aws:kinesis/stream:Stream": ["kmsKeyId"],
  "aws:lambda/function:Function": ["kmsKeyArn"],
  "aws:rds/cluster:Cluster": ["kmsKeyId", "masterUserSecretKmsKeyId"],
  "aws:secretsmanager/secret:Secret": ["kmsKeyId"],
  "aws:sns/topic:Topic": ["kmsMasterKeyId"],
  "aws:sqs/queue:Queue": ["kmsMasterKeyId"],
};

export const customerManagedKeys: Rule = {
  name: "customer-managed-keys",
  pins: "POL-5, SEC-18..27",
  holds: "Everything at rest is encrypted under a customer-managed key of its classification.",
  remedy: "Pass the key's ARN from the security contract.",
  types: [...Object.keys(KEY_PROPERTIES), "aws:ecr/repository:Repository"],
  check: ({ type, props }) => {
    if (type === "aws:ecr/repository:Repository") {
      const encryption = [props.encryptionConfigurations ?? []].flat()[0] as { kmsKey?: string } | undefined;
      return encryption?.kmsKey ? [] : ["encryptionConfigurations names no KMS key."];
    }
    return (KEY_PROPERTIES[type] ?? []).flatMap((property) => {
      const key: unknown = props[property];
      if (!key) return [`${property} is not set.`];
      return typeof key === "string" && key.startsWith("alias/aws/")
        ? [`${property} is ${key}, a key that AWS manages.`]
        : [];
    });
  },
};
