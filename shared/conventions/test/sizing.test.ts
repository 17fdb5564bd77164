import { ENVIRONMENTS, SIZING, parseCidr, zoneIds, type Environment, type Sizing } from "../src/index.ts";

/** The table of the specification, row by row, in the order local, dev, staging, prod. */
const ROWS: readonly (readonly [row: string, read: (sizing: Sizing) => unknown, values: readonly unknown[]])[] = [
  ["availability zones", (s) => s.availabilityZones, [2, 2, 3, 3]],
  ["VPC CIDR", (s) => s.vpcCidr, ["10.40.0.0/16", "10.41.0.0/16", "10.42.0.0/16", "10.43.0.0/16"]],
  ["NAT", (s) => s.natStrategy, ["Single", "Single", "Single", "OnePerAz"]],
  ["interface endpoints", (s) => s.interfaceEndpoints, ["all", "core", "all", "all"]],
  ["flow log retention", (s) => s.flowLogRetentionDays, [1, 30, 90, 400]],
  ["block of public ingress", (s) => s.blockPublicIngress, [false, false, true, true]],
  ["names without the DNS firewall", (s) => s.dnsFirewallFailOpen, [true, true, false, false]],
  ["Aurora version", (s) => s.database.engineVersion, ["17", "17.9", "17.9", "17.9"]],
  ["Aurora instances", (s) => 1 + s.database.readers, [2, 2, 2, 3]],
  ["minimum capacity", (s) => s.database.minCapacity, [0.5, 0.5, 1, 4]],
  ["maximum capacity", (s) => s.database.maxCapacity, [1, 4, 16, 64]],
  ["backup retention", (s) => s.database.backupRetentionDays, [1, 7, 14, 35]],
  ["insights mode", (s) => s.database.insights?.mode, [undefined, "standard", "standard", "advanced"]],
  ["insights retention", (s) => s.database.insights?.retentionDays, [undefined, 7, 7, 465]],
  ["monitoring interval", (s) => s.database.monitoringIntervalSeconds, [0, 60, 30, 15]],
  ["proxy connections", (s) => s.database.proxyMaxConnectionsPercent, [80, 80, 80, 80]],
  ["node type", (s) => s.cache.nodeType, ["cache.t4g.small", "cache.t4g.small", "cache.r7g.large", "cache.r7g.large"]],
  ["cache nodes", (s) => s.cache.nodes, [2, 2, 2, 3]],
  ["cache snapshots", (s) => s.cache.snapshotRetentionDays, [0, 1, 7, 14]],
  ["stream mode", (s) => s.stream.mode, ["PROVISIONED", "ON_DEMAND", "ON_DEMAND", "ON_DEMAND"]],
  ["stream shards", (s) => s.stream.shards, [2, null, null, null]],
  ["stream retention", (s) => s.stream.retentionHours, [24, 24, 72, 168]],
  ["stream that takes its consumers along", (s) => s.stream.deletesConsumers, [true, true, true, false]],
  ["continuous backup", (s) => s.backup.continuous, [false, false, false, true]],
  ["copies behind an air gap", (s) => s.backup.airGapped, [false, false, false, true]],
  ["API tasks", (s) => Object.values(s.api.tasks).join("/"), ["2/2/4", "1/1/3", "2/2/8", "6/6/60"]],
  ["API task size", (s) => `${s.api.cpu}/${s.api.memoryMiB}`, ["256/512", "512/1024", "1024/2048", "1024/2048"]],
  ["relay tasks", (s) => s.relayTasks, [1, 1, 2, 2]],
  ["capacity on notice", (s) => s.fargateSpot, [true, true, true, false]],
  ["injection of faults", (s) => s.faultInjection, [false, false, true, false]],
  ["image", (s) => s.image, ["built", "built", "promoted", "promoted"]],
  ["stage throttle", (s) => Object.values(s.api.throttle).join("/"), ["50/100", "100/200", "1000/2000", "5000/5000"]],
  [
    "usage plan",
    (s) => Object.values(s.api.standardPlan).join("/"),
    ["25/50/5000000", "250/500/5000000", "250/500/5000000", "250/500/5000000"],
  ],
  [
    "Object Lock",
    (s) => s.objectLock && `${s.objectLock.mode} ${s.objectLock.days}`,
    [null, "GOVERNANCE 1", "GOVERNANCE 30", "COMPLIANCE 2555"],
  ],
  [
    "vault lock",
    (s) => s.vaultLock && `${s.vaultLock.minDays} ${s.vaultLock.changeableForDays}`,
    [null, null, "7 null", "35 3"],
  ],
  ["log retention", (s) => s.logRetentionDays, [1, 30, 90, 400]],
  ["multi-Region field key", (s) => s.studentFieldsKeyMultiRegion, [false, false, true, true]],
  // 650, 1,660 and 5,000 + 1,200 for sign-ins of 60,000 people, each times 1.2. Nothing costs anything in local.
  ["budget", (s) => s.budgetUsdPerMonth, [1, 650 * 1.2, 1660 * 1.2, 6200 * 1.2]],
  ["the gateway's own address", (s) => s.api.executeApiEndpoint, [true, true, false, false]],
  ["key deletion window", (s) => s.kmsDeletionWindowDays, [7, 7, 30, 30]],
  ["deletion protection", (s) => s.deletionProtection, [false, true, true, true]],
  ["user pool tier", (s) => s.userPoolTier, ["ESSENTIALS", "ESSENTIALS", "PLUS", "PLUS"]],
  ["canary", (s) => s.canarySchedule, [null, "rate(15 minutes)", "rate(5 minutes)", "rate(1 minute)"]],
  ["configuration recording", (s) => s.configRecordingFrequency, ["DAILY", "DAILY", "DAILY", "CONTINUOUS"]],
];

describe("the sizing table", () => {
  it.each(ROWS)("gives every environment its %s", (_, read, values) => {
    expect(ENVIRONMENTS.map((environment) => read(SIZING[environment]))).toEqual(values);
  });

  it.each(["staging", "prod"] as const)("survives the loss of a zone in %s", (environment) => {
    const { availabilityZones, database, cache, api } = SIZING[environment];
    expect(availabilityZones).toBeGreaterThanOrEqual(2);
    expect(1 + database.readers).toBeGreaterThanOrEqual(2);
    expect(cache.nodes).toBeGreaterThanOrEqual(2);
    expect(api.tasks.min).toBeGreaterThanOrEqual(2);
  });

  it.each(ENVIRONMENTS)("is consistent with itself in %s", (environment: Environment) => {
    const { retainOnDelete, protect, disposable, api, database, stream, availabilityZones, cache } =
      SIZING[environment];
    // What is retained leaves the state, so a second deployment would collide: it must be protected as well.
    if (retainOnDelete) expect(protect).toBe(true);
    if (disposable) expect(protect).toBe(false);
    expect(api.tasks.min).toBeLessThanOrEqual(api.tasks.desired);
    expect(api.tasks.desired).toBeLessThanOrEqual(api.tasks.max);
    expect(database.minCapacity).toBeLessThanOrEqual(database.maxCapacity);
    expect(stream.mode === "PROVISIONED").toBe(stream.shards !== null);
    expect(zoneIds(availabilityZones)).toHaveLength(availabilityZones);
    // Automatic failover needs a second node.
    expect(cache.nodes).toBeGreaterThanOrEqual(2);
  });

  it("gives no two environments overlapping addresses", () => {
    const blocks = ENVIRONMENTS.map((environment) => parseCidr(SIZING[environment].vpcCidr));
    for (const [index, block] of blocks.entries()) {
      for (const other of blocks.slice(index + 1)) {
        expect(block.first + block.size <= other.first || other.first + other.size <= block.first).toBe(true);
      }
    }
  });
});
