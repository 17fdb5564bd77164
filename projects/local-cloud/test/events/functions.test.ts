import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBus } from "../../src/services/events/bus.ts";
import { eventsService } from "../../src/services/events/index.ts";
import { lambdaService } from "../../src/services/lambda/index.ts";
import { codeFolder, functionInputs } from "../lambda/fixture.ts";
import { eventually } from "../support/eventually.ts";
import { EventWorld } from "./world.ts";

jest.setTimeout(60_000);

/** Writes down every event it gets. */
const KEEPS = `
import { appendFileSync } from "node:fs";
export const handler = async (event) => appendFileSync(process.env.KEPT, JSON.stringify(event.detail) + "\\n");
`;

describe("EventBridge and functions", () => {
  let world: EventWorld;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "events-functions-"));
    world = await EventWorld.start([lambdaService, eventsService]);
  });
  afterAll(async () => {
    await world.cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function makeFunction(name: string, more: object = {}): Promise<{ arn: string; kept: string }> {
    const kept = join(folder, name);
    const variables = { environment: { variables: { KEPT: kept } }, ...more };
    const inputs = functionInputs(name, codeFolder(folder, KEEPS), variables);
    const { outputs } = await world.resources.create("aws:lambda/function:Function", name, inputs);
    return { arn: outputs.arn as string, kept };
  }

  it("calls a function whose permission names the rule, and not one that admits another rule", async () => {
    const [admitted, other] = [await makeFunction("admitted"), await makeFunction("other")];
    const permission = { action: "lambda:InvokeFunction", principal: "events.amazonaws.com" };
    const sourceArn = "arn:aws:events:us-east-1:000000000000:rule/calls-admitted";
    for (const name of ["admitted", "other"])
      await world.resources.create("aws:lambda/permission:Permission", name, {
        ...{ ...permission, function: name, statementId: "rule", sourceArn },
      });
    await world.rule("calls-admitted", { arn: admitted.arn }, { source: ["srs.test"] });
    await world.rule("calls-other", { arn: other.arn }, { source: ["srs.test"] });
    await world.putOne({ word: "hello" });
    await eventually(() => expect(readFileSync(admitted.kept, "utf8")).toBe('{"word":"hello"}\n'));
    await eventually(() =>
      expect(world.cloud.logLines.join("\n")).toContain(
        `of rule calls-other did not reach ${other.arn} (NO_PERMISSIONS`,
      ),
    );
    expect(existsSync(other.kept)).toBe(false);
  });

  it("calls an alias by a schedule, where the permission is the alias's own", async () => {
    const { kept } = await makeFunction("hourly", { publish: true });
    const alias = await world.resources.create("aws:lambda/alias:Alias", "live", {
      ...{ functionName: "hourly", name: "live", functionVersion: "1" },
    });
    const rule = await world.resources.create("aws:cloudwatch/eventRule:EventRule", "hourly", {
      ...{ name: "hourly", scheduleExpression: "cron(0 * * * ? *)" },
    });
    const permission = { action: "lambda:InvokeFunction", principal: "events.amazonaws.com", function: "hourly" };
    await world.resources.create("aws:lambda/permission:Permission", "function", {
      ...{ ...permission, statementId: "of-the-function", sourceArn: rule.outputs.arn },
    });
    await world.resources.create("aws:cloudwatch/eventTarget:EventTarget", "hourly", {
      ...{ rule: "hourly", arn: alias.outputs.arn, input: JSON.stringify({ detail: { operation: "export" } }) },
    });
    const bus = new EventBus(world.cloud);
    bus.tick(new Date("2026-11-24T13:00:07Z"));
    await eventually(() =>
      expect(world.cloud.logLines.join("\n")).toContain(`did not reach ${alias.outputs.arn} (NO_PERMISSIONS`),
    );

    await world.resources.create("aws:lambda/permission:Permission", "alias", {
      ...{ ...permission, qualifier: "live", statementId: "of-the-alias", sourceArn: rule.outputs.arn },
    });
    bus.tick(new Date("2026-11-24T13:59:00Z"));
    bus.tick(new Date("2026-11-24T14:00:00Z"));
    await eventually(() => expect(readFileSync(kept, "utf8")).toBe('{"operation":"export"}\n'));
  });
});
