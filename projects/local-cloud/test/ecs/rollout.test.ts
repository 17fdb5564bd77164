import fc from "fast-check";
import { checkTimes, verdict } from "../../src/services/ecs/container-health.ts";
import { containerFaults, parseContainers } from "../../src/services/ecs/container-definition.ts";
import { fargateSizeFault } from "../../src/services/ecs/fargate-sizes.ts";
import { circuitBreakerThreshold, nextStep, type TaskView } from "../../src/services/ecs/rollout.ts";
import { withMounts } from "../../src/services/ecs/task-process.ts";

describe("a rollout", () => {
  const bounds = fc
    .record({
      desiredCount: fc.integer({ min: 0, max: 12 }),
      minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
      maximumPercent: fc.integer({ min: 100, max: 200 }),
    })
    // Without room for one task more or less nothing can move, on AWS either.
    .filter(
      ({ desiredCount, minimumHealthyPercent, maximumPercent }) =>
        desiredCount === 0 ||
        Math.floor((desiredCount * maximumPercent) / 100) > desiredCount ||
        Math.ceil((desiredCount * minimumHealthyPercent) / 100) < desiredCount,
    );

  it("ends with the desired tasks, never above the maximum and never itself below the healthy minimum", () => {
    fc.assert(
      fc.property(
        bounds,
        fc.integer({ min: 0, max: 12 }),
        fc.infiniteStream(fc.boolean()),
        (limits, oldCount, becomesHealthy) => {
          const lower = Math.ceil((limits.desiredCount * limits.minimumHealthyPercent) / 100);
          const upper = Math.max(Math.floor((limits.desiredCount * limits.maximumPercent) / 100), limits.desiredCount);
          let next = 0;
          let tasks: TaskView[] = Array.from({ length: oldCount }, () => ({
            id: `${next++}`,
            current: false,
            healthy: true,
          }));
          for (let round = 0; round < 200; round += 1) {
            const before = tasks.filter(({ healthy }) => healthy).length;
            const { start, stop } = nextStep(limits, tasks);
            tasks = tasks.filter(({ id }) => !stop.includes(id));
            const after = tasks.filter(({ healthy }) => healthy).length;
            if (after < before) expect(after).toBeGreaterThanOrEqual(lower);
            for (let n = 0; n < start; n += 1) tasks.push({ id: `${next++}`, current: true, healthy: false });
            if (start > 0) expect(tasks.length).toBeLessThanOrEqual(upper);
            tasks = tasks.map((task) => ({
              ...task,
              healthy: task.healthy || round > 100 || Boolean(becomesHealthy.next().value),
            }));
          }
          expect(tasks).toHaveLength(limits.desiredCount);
          expect(tasks.every(({ current, healthy }) => current && healthy)).toBe(true);
        },
      ),
    );
  });

  it("stops unhealthy tasks of the replaced deployment at once", () => {
    const limits = { desiredCount: 2, minimumHealthyPercent: 100, maximumPercent: 200 };
    const tasks = [
      { id: "sick", current: false, healthy: false },
      { id: "well", current: false, healthy: true },
    ];
    expect(nextStep(limits, tasks)).toEqual({ start: 2, stop: ["sick"] });
  });

  it.each([
    [1, 3],
    [6, 3],
    [7, 4],
    [100, 50],
    [1000, 200],
  ])("of %d tasks is given up after %d failed starts", (desired, failures) => {
    expect(circuitBreakerThreshold(desired)).toBe(failures);
  });
});

describe("a container's health", () => {
  const times = checkTimes({ command: ["CMD", "x"], interval: 10, retries: 3, startPeriod: 30 });
  it("is not decided before the start period and the retries are over", () => {
    expect(verdict(times, "UNKNOWN", { passed: false, failuresInRow: 99, aliveMs: 59_999 })).toBe("UNKNOWN");
    expect(verdict(times, "UNKNOWN", { passed: false, failuresInRow: 1, aliveMs: 60_000 })).toBe("UNHEALTHY");
  });
  it("is lost after as many failures in a row as there are retries", () => {
    expect(verdict(times, "HEALTHY", { passed: false, failuresInRow: 2, aliveMs: 1e6 })).toBe("HEALTHY");
    expect(verdict(times, "HEALTHY", { passed: false, failuresInRow: 3, aliveMs: 1e6 })).toBe("UNHEALTHY");
  });
});

describe("a Fargate size", () => {
  it.each([
    ["256", "512"],
    [".5 vCPU", "1 GB"],
    ["1024", "8192"],
    ["4096", "30720"],
    ["8192", "16384"],
  ])("of %s CPU and %s memory exists", (cpu, memory) => expect(fargateSizeFault(cpu, memory)).toBeUndefined());
  it.each([
    ["256", "4096", "512, 1024, 2048"],
    ["300", "512", "256, 512, 1024"],
    ["8192", "17408", "20480"],
    [undefined, "512", "must be defined|be defined"],
  ])("of %s CPU and %s memory is refused with what is valid", (cpu, memory, valid) =>
    expect(fargateSizeFault(cpu, memory)).toMatch(new RegExp(valid)),
  );
});

describe("a container definition", () => {
  const container = { name: "app", image: "i", essential: true };
  it.each([
    ["no container", [], "cannot be empty"],
    ["two containers", [container, container], "one container"],
    ["a field that ECS does not know", [{ ...container, imageUrl: "x" }], 'unknown field "imageUrl"'],
    ["a number as a variable's value", [{ ...container, environment: [{ name: "A", value: 1 }] }], "A is not a string"],
    [
      "a volume that is not declared",
      [{ ...container, mountPoints: [{ sourceVolume: "v", containerPath: "/v" }] }],
      "Unknown volume 'v'",
    ],
    ["a stop timeout of 121 s", [{ ...container, stopTimeout: 121 }], "120 s"],
    [
      "a health check every second",
      [{ ...container, healthCheck: { command: ["CMD", "x"], interval: 1 } }],
      "between 5 and 300",
    ],
  ])("with %s is refused", (_what, containers, why) => {
    expect(containerFaults(parseContainers(JSON.stringify(containers)), []).join("\n")).toContain(why);
  });
});

describe("mounted paths in the environment", () => {
  it("become folders when a value is the path or lies below it, and only then", () => {
    const mounts = new Map([["/mnt/config", "/home/efs/a"]]);
    expect(
      withMounts({ A: "/mnt/config", B: "/mnt/config/x.json", C: "/mnt/configuration", D: "see /mnt/config" }, mounts),
    ).toEqual({
      A: "/home/efs/a",
      B: "/home/efs/a/x.json",
      C: "/mnt/configuration",
      D: "see /mnt/config",
    });
  });
});
