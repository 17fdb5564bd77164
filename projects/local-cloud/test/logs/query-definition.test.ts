import { logsService } from "../../src/services/logs/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition";

describe("saved queries", () => {
  const world = useRecordedAccount([logsService]);

  it("are known by an id of their own", async () => {
    const query = await world.resources.create(QUERY, "q", { name: "srs/keys", queryString: "fields @timestamp" });
    expect(query.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(query.outputs).toMatchObject({
      arn: `arn:aws:logs:us-east-1:000000000000:query-definition:${query.id}`,
      queryDefinitionId: query.id,
    });
  });

  it.each([
    ["no text", { queryString: "" }, "queryString"],
    ["more than 10000 characters", { queryString: "x".repeat(10_001) }, "queryString"],
    ["a folder without a name", { name: "a//b" }, "name"],
    ["a name of 256 characters", { name: "x".repeat(256) }, "name"],
    ["51 log groups", { logGroupNames: Array.from({ length: 51 }, (_, i) => `g${i}`) }, "logGroupNames"],
  ])("are refused with %s", async (_, change, property) => {
    const failures = await world.resources.failuresOf(QUERY, {
      name: "q",
      queryString: "fields @timestamp",
      ...change,
    });
    expect(failures).toMatchObject([{ property }]);
  });
});
