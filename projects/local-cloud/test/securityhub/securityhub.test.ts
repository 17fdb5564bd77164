import { securityhubService } from "../../src/services/securityhub/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const ACCOUNT = "aws:securityhub/account:Account";
const SUBSCRIPTION = "aws:securityhub/standardsSubscription:StandardsSubscription";
const NIST = "arn:aws:securityhub:us-east-1::standards/nist-800-53/v/5.0.0";

describe("Security Hub", () => {
  const world = useRecordedAccount([securityhubService]);
  const create = (token: string, name: string, inputs: object) => world.resources.create(token, name, inputs);

  it("is one hub of the account, and standards are subscribed to after it", async () => {
    await expect(create(SUBSCRIPTION, "early", { standardsArn: NIST })).rejects.toThrow(
      "InvalidAccessException: Account 000000000000 is not subscribed to AWS Security Hub",
    );
    const hub = await create(ACCOUNT, "hub", { enableDefaultStandards: false });
    expect(hub).toMatchObject({
      id: "000000000000",
      outputs: { arn: "arn:aws:securityhub:us-east-1:000000000000:hub/default" },
    });
    await expect(create(ACCOUNT, "again", {})).rejects.toThrow(
      "ResourceConflictException: Account is already subscribed to Security Hub",
    );
    const subscription = await create(SUBSCRIPTION, "nist", { standardsArn: NIST });
    expect(subscription.id).toBe("arn:aws:securityhub:us-east-1:000000000000:subscription/nist-800-53/v/5.0.0");
    expect(subscription.outputs.arn).toBe(subscription.id);
    await expect(create(SUBSCRIPTION, "twice", { standardsArn: NIST })).rejects.toThrow("EntityAlreadyExists");
  });

  it.each([
    [ACCOUNT, { controlFindingGenerator: "BOTH" }, "controlFindingGenerator"],
    [SUBSCRIPTION, { standardsArn: NIST.replace("5.0.0", "4.0.0") }, "standardsArn"],
    [SUBSCRIPTION, { standardsArn: NIST.replace("us-east-1", "eu-west-1") }, "standardsArn"],
  ])("refuses %s %j", async (token, inputs, property) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([
      { property, reason: expect.stringContaining("InvalidInputException") },
    ]);
  });
});
