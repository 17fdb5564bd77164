/** Every policy document of a stack, read as AWS would read it. */
import {
  grammarFaults,
  parsePolicy,
  POLICY_LENGTH_MAX,
  PolicySyntaxError,
  type GrammarOptions,
  type PolicyKind,
} from "@records/iam";
import type { RecordedResource, Recording } from "./recording.ts";

interface Holder extends GrammarOptions {
  readonly property: string;
  readonly kind: PolicyKind;
  /** Where the document stands inside the property. Absent: it is the property. */
  readonly inside?: (text: string) => unknown;
}

const held = (kind: PolicyKind, options: GrammarOptions = {}, property = "policy"): Holder => ({
  property,
  kind,
  ...options,
});

/** Where policy documents stand, and of whose actions they speak. */
const HOLDERS: Readonly<Record<string, Holder>> = {
  "aws:iam/policy:Policy": held("identity"),
  "aws:iam/rolePolicy:RolePolicy": held("identity", { lengthMax: POLICY_LENGTH_MAX.inline }),
  "aws:iam/role:Role": held("trust", {}, "assumeRolePolicy"),
  "aws:kms/key:Key": held("resource", { service: "kms", lengthMax: POLICY_LENGTH_MAX.key }),
  "aws:s3/bucketPolicy:BucketPolicy": held("resource", { service: "s3", lengthMax: POLICY_LENGTH_MAX.bucket }),
  "aws:sns/topicPolicy:TopicPolicy": held("resource", { service: "sns" }),
  "aws:sqs/queuePolicy:QueuePolicy": held("resource", { service: "sqs" }),
  "aws:secretsmanager/secretPolicy:SecretPolicy": held("resource", { service: "secretsmanager", lengthMax: 20_480 }),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": held("resource", { service: "elasticfilesystem", lengthMax: 20_000 }),
  "aws:kinesis/resourcePolicy:ResourcePolicy": held("resource", { service: "kinesis" }),
  "aws:ecr/repositoryPolicy:RepositoryPolicy": held("resource", { service: "ecr" }),
  "aws:apigateway/restApiPolicy:RestApiPolicy": held("resource", { service: "execute-api" }),
  "aws:apigateway/restApi:RestApi": {
    ...held("resource", { service: "execute-api" }, "body"),
    inside: (body) => gatewayPolicy(JSON.parse(body) as Readonly<Record<string, unknown>>),
  },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": held("resource", { service: "logs" }, "policyDocument"),
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": held("resource", { service: "events" }),
  "aws:backup/vaultPolicy:VaultPolicy": held("resource", { service: "backup" }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": held("resource", { lengthMax: 20_480 }),
};

/** CloudWatch Logs calls its masking rules a policy too, in a language of their own. */
const OTHER_LANGUAGES = new Set(["aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy"]);

/** Misspelt actions, condition keys that no request carries, resources that no action has, lengths: a line for each. */
export function policyGrammarFaults(stack: Recording): readonly string[] {
  // A stack without a policy would pass as one without a fault.
  if (!stack.resources.some(holdsDocument)) return ["the stack holds no policy document."];
  return stack.resources.flatMap((resource) => [...faultsOf(resource), ...unreadDocuments(resource)]);
}

/** The policy of an API in its body, with resources in full as API Gateway writes them when it imports one. */
function gatewayPolicy(body: Readonly<Record<string, unknown>>): unknown {
  const policy = body["x-amazon-apigateway-policy"];
  const api = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/";
  return policy && JSON.stringify(policy).replaceAll('"execute-api:/', `"${api}`);
}

function holdsDocument({ type, inputs }: RecordedResource): boolean {
  return isDocument(inputs[HOLDERS[type]?.property ?? ""]);
}

function faultsOf({ type, name, inputs }: RecordedResource): readonly string[] {
  const holder = HOLDERS[type];
  const value: unknown = holder && inputs[holder.property];
  const document = typeof value === "string" && holder?.inside ? holder.inside(value) : value;
  if (holder === undefined || document === undefined || document === "") return [];
  return faultsIn(document, holder).map((fault) => `${type} ${name}: ${fault}`);
}

function faultsIn(document: unknown, { kind, lengthMax, service }: Holder): readonly string[] {
  try {
    return grammarFaults(parsePolicy(document), kind, { lengthMax, service });
  } catch (error) {
    if (error instanceof PolicySyntaxError) return [error.message];
    throw error;
  }
}

/** A document at a place that the table above does not name would pass unread. */
function unreadDocuments({ type, name, inputs }: RecordedResource): readonly string[] {
  if (OTHER_LANGUAGES.has(type)) return [];
  return Object.entries(inputs)
    .filter(([property, value]) => property !== HOLDERS[type]?.property && isDocument(value))
    .map(([property]) => `${type} ${name}: nobody reads the policy in "${property}"; name it in HOLDERS.`);
}

function isDocument(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("{") && value.includes('"Statement"');
}
