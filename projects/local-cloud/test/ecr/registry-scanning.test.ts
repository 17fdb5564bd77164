import { ecrService } from "../../src/services/ecr/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
const rule = { scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [{ filter: "srs-*", filterType: "WILDCARD" }] };

describe("scanning of the registry", () => {
  const world = useRecordedAccount([ecrService]);

  it("is one setting of the account", async () => {
    const { id } = await world.resources.create(SCANNING, "main", { scanType: "ENHANCED", rules: [rule] });
    expect(id).toBe("000000000000");
    await expect(world.resources.create(SCANNING, "other", { scanType: "BASIC" })).rejects.toThrow(
      "another resource holds it",
    );
  });

  it.each([
    [{ scanType: "FULL" }, "neither BASIC nor ENHANCED"],
    [{ scanType: "BASIC", rules: [rule] }, "not possible with BASIC"],
    [{ scanType: "ENHANCED", rules: [{ ...rule, scanFrequency: "DAILY" }] }, "not possible with ENHANCED"],
    [
      { scanType: "ENHANCED", rules: [{ ...rule, repositoryFilters: [{ filter: "srs-*", filterType: "REGEX" }] }] },
      "not WILDCARD",
    ],
  ])("is refused as %j", async (inputs, reason) => {
    expect(await world.resources.failuresOf(SCANNING, inputs)).toMatchObject([
      { reason: expect.stringContaining(reason) },
    ]);
  });
});
