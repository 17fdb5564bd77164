import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { recordedType } from "../../recorded-type.ts";
import { UNKNOWN, type CheckFailure, type Properties, type ResourceType } from "../../resource-type.ts";
import { imageType, noRepository } from "./image.ts";
import type { ImageStore } from "./image-store.ts";
import { REGISTRY_HOST, REPOSITORY } from "./reference.ts";
import { registryScanning } from "./registry-scanning.ts";

export function ecrResources(store: ImageStore): readonly ResourceType[] {
  return [repository(store), imageType(store), lifecyclePolicy, repositoryPolicy, registryScanning];
}

function repository(store: ImageStore): ResourceType {
  return {
    token: REPOSITORY,
    autoName: "name",
    uniqueBy: ["name"],
    replaceOnChanges: ["name", "encryptionConfigurations"],
    computed: ["arn", "registryId", "repositoryUrl"],
    check: (inputs) => [
      ...matches(inputs, "name", /^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/, {
        words: "2 to 256 lower-case letters, digits, and . _ - / between them",
      }),
      ...matches(inputs, "imageTagMutability", /^(MUTABLE|IMMUTABLE)$/, { words: "MUTABLE or IMMUTABLE" }),
    ],
    create: async (inputs) => {
      const name: string = inputs.name;
      return {
        id: name,
        outputs: {
          arn: `arn:aws:ecr:${REGION}:${ACCOUNT_ID}:repository/${name}`,
          registryId: ACCOUNT_ID,
          repositoryUrl: `${REGISTRY_HOST}/${name}`,
        },
      };
    },
    delete: async (record) => {
      const images = store.imageCount(record.id);
      if (images > 0 && record.inputs.forceDelete !== true) {
        throw new Error(
          `RepositoryNotEmptyException: The repository with name '${record.id}' in registry with id '${ACCOUNT_ID}' cannot ` +
            `be deleted because it still contains images (${images}). Set forceDelete to delete them with it.`,
        );
      }
      await store.removeRepository(record.id);
    },
  };
}

const lifecyclePolicy = recordedType({
  token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  id: (inputs) => inputs.repository,
  uniqueBy: ["repository"],
  replaceOnChanges: ["repository"],
  computed: { registryId: () => ACCOUNT_ID },
  check: checkLifecycleRules,
  conflict: (inputs, cloud) =>
    cloud.account.byId(REPOSITORY, inputs.repository) ? undefined : noRepository(inputs.repository),
});

const repositoryPolicy = recordedType({
  token: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  id: (inputs) => inputs.repository,
  uniqueBy: ["repository"],
  replaceOnChanges: ["repository"],
  computed: { registryId: () => ACCOUNT_ID },
  check: (inputs) => {
    const policy = parsed(inputs.policy);
    if (policy === UNKNOWN) return [];
    const statements = policy?.Statement;
    return Array.isArray(statements) && statements.length > 0
      ? []
      : [
          {
            property: "policy",
            reason: "InvalidParameterException: the policy is not a JSON document with statements",
          },
        ];
  },
  conflict: (inputs, cloud) =>
    cloud.account.byId(REPOSITORY, inputs.repository) ? undefined : noRepository(inputs.repository),
});

function checkLifecycleRules(inputs: Properties): readonly CheckFailure[] {
  const policy = parsed(inputs.policy);
  if (policy === UNKNOWN) return [];
  const rules: Properties[] = policy?.rules ?? [];
  const refused = (reason: string): CheckFailure => ({
    property: "policy",
    reason: `InvalidParameterException: ${reason}`,
  });
  if (rules.length === 0) return [refused("a lifecycle policy is a JSON document with at least one rule")];
  const priorities = rules.map((rule) => rule.rulePriority);
  const failures: CheckFailure[] = [];
  if (new Set(priorities).size !== priorities.length) failures.push(refused("two rules have the same rulePriority"));
  for (const { rulePriority, selection, action } of rules) {
    const where = `rule ${rulePriority}`;
    if (action?.type !== "expire") failures.push(refused(`${where}: action.type must be expire`));
    if (!["tagged", "untagged", "any"].includes(selection?.tagStatus)) {
      failures.push(refused(`${where}: selection.tagStatus must be tagged, untagged or any`));
    }
    if (selection?.tagStatus === "tagged" && !selection.tagPrefixList?.length && !selection.tagPatternList?.length) {
      failures.push(refused(`${where}: a rule for tagged images needs tagPrefixList or tagPatternList`));
    }
    if (!["imageCountMoreThan", "sinceImagePushed"].includes(selection?.countType) || !(selection.countNumber >= 1)) {
      failures.push(
        refused(`${where}: selection needs countType (imageCountMoreThan, sinceImagePushed) and countNumber`),
      );
    }
  }
  return failures;
}

/** Undefined: not JSON. */
function parsed(policy: unknown): Properties | typeof UNKNOWN | undefined {
  if (policy === UNKNOWN) return UNKNOWN;
  try {
    return JSON.parse(String(policy)) as Properties;
  } catch {
    return undefined;
  }
}

function matches(
  inputs: Properties,
  property: string,
  form: RegExp,
  { words }: { words: string },
): readonly CheckFailure[] {
  const value: unknown = inputs[property];
  if (typeof value !== "string" || form.test(value)) return [];
  return [{ property, reason: `InvalidParameterException: ${property} is "${value}"; expected ${words}` }];
}
