import { appautoscalingService } from "../../src/services/appautoscaling/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const TARGET = "aws:appautoscaling/target:Target";
const SCHEDULED_ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction";
const service = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/platform/api",
};
const action = {
  ...service,
  name: "opens",
  schedule: "cron(0 6 1 4 ? *)",
  timezone: "America/New_York",
  scalableTargetAction: { minCapacity: 3 },
};

describe("scheduled action", () => {
  const world = useRecordedAccount([appautoscalingService]);

  it("belongs to a scaling target, which stays as long as it has one", async () => {
    await expect(world.resources.create(SCHEDULED_ACTION, "opens", action)).rejects.toThrow("ObjectNotFoundException");
    const target = await world.resources.create(TARGET, "api", { ...service, minCapacity: 1, maxCapacity: 4 });
    const { id } = await world.resources.create(SCHEDULED_ACTION, "opens", action);
    expect(id).toBe("opens-ecs-service/platform/api");
    await expect(world.resources.remove(target)).rejects.toThrow("still has the scheduled action");
  });

  it.each([
    [{ schedule: "cron(0 6 * * *)" }, "six fields"],
    [{ schedule: "at(2027-04-05 07:00)" }, "at(...) holds a moment"],
    [{ timezone: "America/Springfield" }, "no time zone"],
    [{ scalableTargetAction: {} }, "minCapacity or maxCapacity must be given"],
    [{ scalableTargetAction: { minCapacity: 5, maxCapacity: 4 } }, "below minimum capacity 5"],
    [{ name: "a/b" }, "none of / | :"],
  ])("is refused with %j", async (change, reason) => {
    expect(await world.resources.failuresOf(SCHEDULED_ACTION, { ...action, ...change })).toMatchObject([
      { reason: expect.stringContaining(reason) },
    ]);
  });
});
