import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface LifecycleRule {
  readonly description?: string;
  readonly tagStatus: "any" | "untagged" | "tagged";
  readonly tagPrefixList?: readonly string[];
  readonly maximumNumberOfImages?: number;
  readonly maximumAgeLimit?: number;
}

/** `awsx:ecr:Repository`: the repository, and a lifecycle policy unless it is skipped. */
export class Repository extends pulumi.ComponentResource {
  readonly repository: aws.ecr.Repository;
  readonly lifecyclePolicy?: aws.ecr.LifecyclePolicy;
  readonly url: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ecr:Repository", name, {}, options);
    const { lifecyclePolicy, ...args } = inputs as aws.ecr.RepositoryArgs & {
      lifecyclePolicy?: { skip?: boolean; rules?: pulumi.Input<readonly LifecycleRule[]> };
    };
    this.repository = new aws.ecr.Repository(name.toLowerCase(), args, { parent: this });
    this.url = this.repository.repositoryUrl;
    if (lifecyclePolicy?.skip !== true) {
      const policy = pulumi
        .output(lifecyclePolicy?.rules ?? DEFAULT_RULES)
        .apply((rules) => policyDocument(rules as readonly LifecycleRule[]));
      this.lifecyclePolicy = new aws.ecr.LifecyclePolicy(
        name.toLowerCase(),
        { repository: this.repository.name, policy },
        { parent: this },
      );
    }
    this.registerOutputs({ repository: this.repository, lifecyclePolicy: this.lifecyclePolicy, url: this.url });
  }
}

const DEFAULT_RULES: readonly LifecycleRule[] = [
  { description: "remove untagged images", tagStatus: "untagged", maximumNumberOfImages: 1 },
];

/** A rule for any tag must come last: ECR wants its priority to be the highest number. */
function policyDocument(rules: readonly LifecycleRule[]): string {
  const ordered = [
    ...rules.filter(({ tagStatus }) => tagStatus !== "any"),
    ...rules.filter(({ tagStatus }) => tagStatus === "any"),
  ];
  return JSON.stringify({
    rules: ordered.map((rule, index) => ({
      rulePriority: index + 1,
      description: rule.description,
      selection: { tagStatus: rule.tagStatus, tagPrefixList: rule.tagPrefixList, ...count(rule) },
      action: { type: "expire" },
    })),
  });
}

function count(rule: LifecycleRule) {
  if (rule.maximumNumberOfImages !== undefined)
    return { countType: "imageCountMoreThan", countNumber: rule.maximumNumberOfImages };
  if (rule.maximumAgeLimit !== undefined)
    return { countType: "sinceImagePushed", countNumber: rule.maximumAgeLimit, countUnit: "days" };
  throw new Error("awsx:ecr:Repository: a lifecycle rule needs maximumNumberOfImages or maximumAgeLimit.");
}
