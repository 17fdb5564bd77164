import fc from "fast-check";
import { UNKNOWN } from "../../src/resource-type.ts";
import type { Properties } from "../../src/resource-type.ts";
import { checkCluster, checkInstance } from "../../src/services/rds/cluster-checks.ts";
import { parameterFault, planSettings } from "../../src/services/rds/parameters.ts";
import { availableLibraries, settingContexts } from "../../src/services/rds/postgres-binaries.ts";
import { overlap, parseDailyWindow, parseWeeklyWindow } from "../../src/services/rds/windows.ts";
import { CLUSTER_INPUTS } from "./database-fixture.ts";

const refused = (changes: Properties): readonly (string | undefined)[] =>
  checkCluster({ ...CLUSTER_INPUTS, ...changes }).map(({ property }) => property);

describe("a cluster's check", () => {
  it("takes a complete cluster, and one whose values are not known yet", () => {
    expect(refused({})).toEqual([]);
    expect(refused(Object.fromEntries(Object.keys(CLUSTER_INPUTS).map((name) => [name, UNKNOWN])))).toEqual([]);
  });

  it.each([
    ["clusterIdentifier", "records--1"],
    ["clusterIdentifier", "1records"],
    ["clusterIdentifier", "r".repeat(64)],
    ["engine", "aurora-mysql"],
    ["engineVersion", "seventeen"],
    ["engineVersion", "16.4"],
    ["engineVersion", "17.10"],
    ["masterUsername", "rdsadmin"],
    ["masterUsername", "a-user"],
    ["masterPassword", "both-are-given"],
    ["backupRetentionPeriod", 0],
    ["backupRetentionPeriod", 36],
    ["port", 80],
    ["databaseName", "1records"],
    ["serverlessv2ScalingConfiguration", { minCapacity: 0.25, maxCapacity: 1 }],
    ["serverlessv2ScalingConfiguration", { minCapacity: 8, maxCapacity: 4 }],
    ["serverlessv2ScalingConfiguration", { minCapacity: 1, maxCapacity: 257 }],
    ["preferredBackupWindow", "07:00-07:20"],
    ["enabledCloudwatchLogsExports", ["audit"]],
    ["snapshotIdentifier", "yesterday"],
  ])("refuses %s = %j and names it", (property, value) => {
    expect(refused({ [property]: value })).toContain(property);
  });

  it("wants a managed or a given password, and never repeats a refused one", () => {
    expect(refused({ manageMasterUserPassword: false })).toContain("masterPassword");
    const failures = checkCluster({ ...CLUSTER_INPUTS, manageMasterUserPassword: false, masterPassword: "short/@" });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).not.toContain("short/@");
  });

  it("wants monitoring's role and interval together", () => {
    const instance = { identifier: "records-1", engine: "aurora-postgresql", instanceClass: "db.serverless" };
    expect(checkInstance({ ...instance, monitoringInterval: 30 })).toHaveLength(1);
    expect(checkInstance({ ...instance, monitoringInterval: 0, monitoringRoleArn: "arn" })).toHaveLength(1);
    expect(checkInstance({ ...instance, monitoringInterval: 30, monitoringRoleArn: "arn" })).toEqual([]);
  });
});

describe("backup and maintenance windows", () => {
  const time = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const minuteOfDay = fc.integer({ min: 0, max: 1439 });

  it("overlap exactly when they share a minute of the week", () => {
    fc.assert(
      fc.property(
        minuteOfDay,
        minuteOfDay,
        minuteOfDay,
        fc.integer({ min: 30, max: 180 }),
        (start, end, weeklyStart, length) => {
          const daily = parseDailyWindow(`${time(start)}-${time(end)}`)!;
          const weekly = parseWeeklyWindow(
            `sun:${time(weeklyStart)}-${weeklyStart + length >= 1440 ? "mon" : "sun"}:${time((weeklyStart + length) % 1440)}`,
          )!;
          const inDaily = (minute: number) => (minute - daily.start + 1440 * 8) % 1440 < daily.length;
          const shared = Array.from({ length: weekly.length }, (_, offset) => weekly.start + offset).some(inDaily);
          expect(overlap(daily, weekly)).toBe(shared);
        },
      ),
    );
  });
});

describe("parameters", () => {
  it("are refused when PostgreSQL and RDS do not know them, when they are not for the user, or when the method is wrong", () => {
    const fault = (name: string, applyMethod = "immediate") =>
      parameterFault({ name, value: "1", applyMethod }, settingContexts());
    expect(fault("no_such_parameter")).toContain("Could not find parameter");
    expect(fault("port")).toContain("cannot be modified");
    expect(fault("max_connections")).toContain("static parameter");
    expect(fault("max_connections", "pending-reboot")).toBeUndefined();
    expect(fault("work_mem")).toBeUndefined();
    expect(fault("rds.force_ssl")).toBeUndefined();
  });

  it("reach PostgreSQL or are named as without effect: none is lost", () => {
    const names = fc.constantFrom(
      ...settingContexts().keys(),
      "rds.logical_replication",
      "pgaudit.log",
      "pg_stat_statements.track",
    );
    fc.assert(
      fc.property(fc.uniqueArray(names), (chosen) => {
        const ofTheDoor = ["ssl_min_protocol_version", "ssl_max_protocol_version", "ssl_ciphers"];
        const parameters = chosen.filter((name) => !ofTheDoor.includes(name)).map((name) => ({ name, value: "1" }));
        const { settings, skipped } = planSettings(parameters, settingContexts(), availableLibraries());
        for (const { name } of parameters) {
          expect(name in settings || skipped.some((reason) => reason.startsWith(name))).toBe(true);
        }
      }),
    );
  });
});
