import { fixtures, recordStack, type Recording } from "@records/testing";
import { capacityStrategy } from "../src/capacity.ts";
import { parseImageDigest } from "../src/image-digest.ts";
import { CONTRACTS } from "./contracts.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;
let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

describe("image", () => {
  it("keeps its tags, is encrypted with our key, scanned on arrival and again, and old ones go", () => {
    expect(stack.get("aws:ecr/repository:Repository", "api").inputs).toMatchObject({
      imageTagMutability: "IMMUTABLE",
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: fixtures.security.kmsKeyArns.compute }],
      imageScanningConfiguration: { scanOnPush: true },
    });
    const registry = stack.get("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", "registry");
    expect(registry.inputs).toMatchObject({ scanType: "ENHANCED", rules: [{ scanFrequency: "CONTINUOUS_SCAN" }] });
    const { rules } = JSON.parse(stack.get("aws:ecr/lifecyclePolicy:LifecyclePolicy", "api").inputs.policy);
    expect(rules.map(({ selection }: { selection: object }) => selection)).toEqual([
      { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
      { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
    ]);
  });

  it("is pulled by the tasks' own start and pushed by the pipeline, and by nobody else", () => {
    const { Statement } = JSON.parse(stack.get("aws:ecr/repositoryPolicy:RepositoryPolicy", "api").inputs.policy);
    const [pull, deny] = Statement;
    expect(pull.Condition.ArnLike["aws:PrincipalArn"]).toMatch(/:role\/srs-local-api-execution$/);
    expect(deny).toMatchObject({ Effect: "Deny", Principal: "*" });
    expect(deny.Action).toContain("ecr:PutImage");
    expect(deny.Condition.ArnNotLike["aws:PrincipalArn"]).toEqual([
      "arn:aws:iam::000000000000:role/srs-local-ci-compute-apply",
      "arn:aws:iam::000000000000:role/srs-bootstrap",
    ]);
  });

  it.each(["staging", "prod"])(
    "in %s is the one that was tested before, by its digest",
    async (name) => {
      const promoted = await recordStack("projects/compute", CONTRACTS, {
        stack: name,
        config: { "srs-compute:imageDigest": DIGEST },
      });
      expect(promoted.ofType("docker-build:index:Image")).toEqual([]);
      const [container] = JSON.parse(
        promoted.get("aws:ecs/taskDefinition:TaskDefinition", "api").inputs.containerDefinitions,
      );
      expect(container.image).toMatch(new RegExp(`/srs-${name}-api@${DIGEST}$`));
      expect(promoted.contract.service.imageDigest).toBe(DIGEST);
    },
    60_000,
  );

  it("is not built where only tested ones run, and no tag stands for a digest", () => {
    expect(() => parseImageDigest(undefined, "promoted")).toThrow("imageDigest is not set");
    expect(() => parseImageDigest("latest", "built")).toThrow("A tag could be another image tomorrow");
    expect(parseImageDigest(undefined, "built")).toBeUndefined();
  });
});

describe("capacity", () => {
  it("keeps two tasks on what AWS does not take back, everywhere, and all of them in production", () => {
    for (const fargateSpot of [true, false]) {
      const shares = capacityStrategy({ fargateSpot });
      expect(shares[0]).toEqual({ capacityProvider: "FARGATE", base: 2, weight: 1 });
      expect(shares.some(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT")).toBe(fargateSpot);
      expect(shares.filter(({ base }) => base !== undefined)).toHaveLength(1);
    }
  });
});
