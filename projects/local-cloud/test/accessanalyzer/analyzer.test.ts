import { accessanalyzerService } from "../../src/services/accessanalyzer/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const ANALYZER = "aws:accessanalyzer/analyzer:Analyzer";
const unused = (unusedAccessAge: number) => ({ unusedAccess: { unusedAccessAge } });

describe("analyzers", () => {
  const world = useRecordedAccount([accessanalyzerService]);

  it("are one of each type, under their name", async () => {
    const external = await world.resources.create(ANALYZER, "external", { analyzerName: "external" });
    expect(external).toMatchObject({
      id: "external",
      outputs: { arn: "arn:aws:access-analyzer:us-east-1:000000000000:analyzer/external" },
    });
    const inputs = { analyzerName: "unused", type: "ACCOUNT_UNUSED_ACCESS", configuration: unused(90) };
    await world.resources.create(ANALYZER, "unused", inputs);
    await expect(
      world.resources.create(ANALYZER, "second", { analyzerName: "second", type: "ACCOUNT" }),
    ).rejects.toThrow("ServiceQuotaExceededException: the account has its one analyzer of type ACCOUNT");
  });

  it.each([
    ["a name that begins with a digit", { analyzerName: "1st" }, "analyzerName"],
    ["a type that is none", { analyzerName: "a", type: "UNUSED" }, "type"],
    ["an organization's type without one", { analyzerName: "a", type: "ORGANIZATION" }, "type"],
    [
      "another type's configuration",
      { analyzerName: "a", type: "ACCOUNT", configuration: unused(90) },
      "configuration",
    ],
    [
      "an age of no days",
      { analyzerName: "a", type: "ACCOUNT_UNUSED_ACCESS", configuration: unused(0) },
      "configuration",
    ],
    [
      "an age above a year",
      { analyzerName: "a", type: "ACCOUNT_UNUSED_ACCESS", configuration: unused(366) },
      "configuration",
    ],
  ])("are refused with %s", async (_, inputs, property) => {
    expect(await world.resources.failuresOf(ANALYZER, inputs)).toMatchObject([
      { property, reason: expect.stringContaining("ValidationException") },
    ]);
  });
});
