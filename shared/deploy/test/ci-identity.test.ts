import { readFileSync } from "node:fs";
import { ciIdentity } from "../src/ci-identity.ts";

const root = process.cwd();

describe("the identity of continuous integration", () => {
  it("is a role of the layer in the account that the settings allow, with that account's state", () => {
    expect(ciIdentity(root, "prod", "network", "plan")).toEqual({
      role: "arn:aws:iam::333333333333:role/srs-prod-ci-network-plan",
      account: "333333333333",
      region: "us-east-1",
      backend: "s3://srs-pulumi-state-333333333333?region=us-east-1&awssdk=v2",
    });
  });

  it("is dev's for a pull request's stack, and nobody's on this machine", () => {
    expect(ciIdentity(root, "pr12", "data", "apply").role).toBe("arn:aws:iam::111111111111:role/srs-dev-ci-data-apply");
    expect(() => ciIdentity(root, "local", "data", "apply")).toThrow("takes no role");
  });

  it("is taken for applying only in a job of the environment <stack>-<layer>, which is what the role trusts", () => {
    const deploy = readFileSync(".github/workflows/deploy-layer.yml", "utf8");
    expect(deploy).toContain("environment: ${{ inputs.stack }}-${{ inputs.layer }}");
    for (const workflow of ["pull-request", "drift"]) {
      const text = readFileSync(`.github/workflows/${workflow}.yml`, "utf8");
      expect(text).toContain("identity: plan");
      expect(text).not.toMatch(/identity: apply|^ +environment:/m);
    }
  });
});
