import { inspector2Service } from "../../src/services/inspector2/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const ENABLER = "aws:inspector2/enabler:Enabler";
const accountIds = ["000000000000"];

describe("Inspector", () => {
  const world = useRecordedAccount([inspector2Service]);

  it("is enabled once, and named by accounts and types in order", async () => {
    const { id } = await world.resources.create(ENABLER, "main", { accountIds, resourceTypes: ["LAMBDA", "ECR"] });
    expect(id).toBe("000000000000-ECR:LAMBDA");
    await expect(world.resources.create(ENABLER, "other", { accountIds, resourceTypes: ["EC2"] })).rejects.toThrow(
      "another resource holds it",
    );
  });

  it.each([
    [{ accountIds: ["111111111111"], resourceTypes: ["ECR"] }, "AccessDeniedException"],
    [{ accountIds, resourceTypes: ["S3"] }, 'resource type "S3" is none of'],
    [{ accountIds, resourceTypes: [] }, "at least one"],
    [{ accountIds, resourceTypes: ["LAMBDA_CODE"] }, "only together with LAMBDA"],
  ])("refuses %j", async (inputs, reason) => {
    expect(await world.resources.failuresOf(ENABLER, inputs)).toMatchObject([
      { reason: expect.stringContaining(reason) },
    ]);
  });
});
