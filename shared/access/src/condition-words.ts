/** Conditions as a person says them. What has no wording here is shown as the policy has it. */
import type { ConditionText } from "@records/iam";

type Wording = readonly [form: RegExp, words: (key: string, values: string) => string];

/** Operator, key, values: `StringEquals kms:ViaService = rds.us-east-1.amazonaws.com`. */
const WORDINGS: readonly Wording[] = [
  [/^StringEquals (kms:ViaService) = (.+)$/, (_, values) => `through ${servicesIn(values)}`],
  [/^Bool (kms:GrantIsForAWSResource) = true$/, () => "for an AWS resource"],
  [/^ForAllValues:StringEquals (kms:GrantOperations) = (.+)$/, (_, values) => `granting no more than ${values}`],
  [/^Null kms:EncryptionContext:(.+) = (false)$/, (key) => `encryption context names ${key}`],
  [
    /^ForAllValues:StringEquals (kms:EncryptionContextKeys) = (.+)$/,
    (_, values) => `encryption context has no key but ${values.replaceAll(" | ", ", ")}`,
  ],
  [
    /^(?:String|Arn)(?:Equals|Like) kms:EncryptionContext:(.+?) = (.+)$/,
    (key, values) => `context ${key} is ${values}`,
  ],
  [
    /^(?:String|Arn)(?:Equals|Like) aws:(SourceArn|SourceAccount) = (.+)$/,
    (key, values) => `${SOURCES[key]} ${values}`,
  ],
];
const SOURCES: Readonly<Record<string, string>> = { SourceArn: "on behalf of", SourceAccount: "for account" };

export function inWords(condition: ConditionText): string {
  for (const [form, words] of WORDINGS) {
    const found = form.exec(condition);
    if (found) return words(found[1] ?? "", found[2] ?? "");
  }
  return condition;
}

/** `rds.us-east-1.amazonaws.com | ecr.us-east-1.amazonaws.com` → `rds or ecr`. */
function servicesIn(values: string): string {
  return values
    .split(" | ")
    .map((value) => value.split(".")[0])
    .join(" or ");
}
