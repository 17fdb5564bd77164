/** Every size and switch that differs between environments, in one table. Environments differ in size, never in shape. */
import { environmentOf, isPullRequestStack, type Environment } from "./environment.ts";

export interface Sizing {
  readonly availabilityZones: number;
  readonly vpcCidr: string;
  readonly natStrategy: "None" | "Single" | "OnePerAz";
  /** Interface endpoints: none, the six that every AWS environment needs, or one for each service called. */
  readonly interfaceEndpoints: "none" | "core" | "all";
  readonly flowLogRetentionDays: number;
  /** The account lets nobody in through any internet gateway. Only where the account has no other use. */
  readonly blockPublicIngress: boolean;
  /** Names resolve when the DNS firewall cannot judge them: availability over control. */
  readonly dnsFirewallFailOpen: boolean;
  readonly database: {
    readonly engineVersion: string;
    readonly readers: number;
    readonly minCapacity: number;
    readonly maxCapacity: number;
    readonly backupRetentionDays: number;
    readonly insights: { readonly mode: "standard" | "advanced"; readonly retentionDays: number } | null;
    readonly monitoringIntervalSeconds: number;
    readonly storageType: "aurora-iopt1" | null;
    readonly proxyMaxConnectionsPercent: number;
  };
  readonly cache: {
    readonly nodeType: string;
    readonly nodes: number;
    readonly snapshotRetentionDays: number;
  };
  readonly stream: {
    readonly mode: "PROVISIONED" | "ON_DEMAND";
    /** Only with PROVISIONED. */
    readonly shards: number | null;
    readonly retentionHours: number;
    /** A stream that is deleted takes its registered consumers along. */
    readonly deletesConsumers: boolean;
  };
  readonly backup: {
    /** AWS Backup keeps every change of what can be restored to any moment, and owns its retention. */
    readonly continuous: boolean;
    /** Copies lie where no role of the account reaches them. */
    readonly airGapped: boolean;
  };
  readonly api: {
    readonly tasks: { readonly min: number; readonly desired: number; readonly max: number };
    readonly cpu: number;
    readonly memoryMiB: number;
    readonly throttle: { readonly ratePerSecond: number; readonly burst: number };
    /** The API answers at the address that API Gateway gave it as well, and not at its own domain alone. */
    readonly executeApiEndpoint: boolean;
    /** Usage plan of a campus system. In `local` small enough that a burst can be seen. */
    readonly standardPlan: { readonly ratePerSecond: number; readonly burst: number; readonly perDay: number };
  };
  readonly relayTasks: number;
  /** A part of the tasks runs on capacity that AWS may take back with two minutes' notice, at a third of the price. */
  readonly fargateSpot: boolean;
  /** Faults may be injected into tasks, to see that the service bears them. */
  readonly faultInjection: boolean;
  /** Where the image comes from: built with the deployment, or built once, tested before and named by its digest. */
  readonly image: "built" | "promoted";
  readonly objectLock: { readonly mode: "GOVERNANCE" | "COMPLIANCE"; readonly days: number } | null;
  readonly vaultLock: { readonly minDays: number; readonly changeableForDays: number | null } | null;
  readonly logRetentionDays: number;
  readonly kmsDeletionWindowDays: number;
  /** Key `student-fields` can be given a replica in another Region one day. Decided at its creation for good. */
  readonly studentFieldsKeyMultiRegion: boolean;
  /** The engine refuses to delete what is stateful. */
  readonly protect: boolean;
  /** A removed declaration leaves the resource in AWS. Only together with `protect`. */
  readonly retainOnDelete: boolean;
  /** AWS refuses to delete it. */
  readonly deletionProtection: boolean;
  /** `destroy` leaves nothing behind: no final snapshots, no recovery windows, buckets emptied. */
  readonly disposable: boolean;
  /** Changes to the database and the cache wait for the maintenance window. */
  readonly applyImmediately: boolean;
  readonly userPoolTier: "ESSENTIALS" | "PLUS";
  readonly canarySchedule: string | null;
  /** The cost estimate of the environment, and a fifth on top. */
  readonly budgetUsdPerMonth: number;
  /** How often the account's configuration is written down: at every change, or what changed in a day. */
  readonly configRecordingFrequency: "CONTINUOUS" | "DAILY";
}

export const SIZING: Readonly<Record<Environment, Sizing>> = {
  local: {
    availabilityZones: 2,
    vpcCidr: "10.40.0.0/16",
    natStrategy: "Single",
    interfaceEndpoints: "all",
    flowLogRetentionDays: 1,
    blockPublicIngress: false,
    dnsFirewallFailOpen: true,
    database: {
      engineVersion: "17",
      readers: 1,
      minCapacity: 0.5,
      maxCapacity: 1,
      backupRetentionDays: 1,
      insights: null,
      monitoringIntervalSeconds: 0,
      storageType: null,
      proxyMaxConnectionsPercent: 80,
    },
    cache: { nodeType: "cache.t4g.small", nodes: 2, snapshotRetentionDays: 0 },
    stream: { mode: "PROVISIONED", shards: 2, retentionHours: 24, deletesConsumers: true },
    backup: { continuous: false, airGapped: false },
    api: {
      tasks: { min: 2, desired: 2, max: 4 },
      cpu: 256,
      memoryMiB: 512,
      throttle: { ratePerSecond: 50, burst: 100 },
      executeApiEndpoint: true,
      standardPlan: { ratePerSecond: 25, burst: 50, perDay: 5_000_000 },
    },
    relayTasks: 1,
    fargateSpot: true,
    faultInjection: false,
    image: "built",
    objectLock: null,
    vaultLock: null,
    logRetentionDays: 1,
    kmsDeletionWindowDays: 7,
    studentFieldsKeyMultiRegion: false,
    protect: false,
    retainOnDelete: false,
    deletionProtection: false,
    disposable: true,
    applyImmediately: true,
    userPoolTier: "ESSENTIALS",
    canarySchedule: null,
    budgetUsdPerMonth: 1,
    configRecordingFrequency: "DAILY",
  },
  dev: {
    availabilityZones: 2,
    vpcCidr: "10.41.0.0/16",
    natStrategy: "Single",
    interfaceEndpoints: "core",
    flowLogRetentionDays: 30,
    blockPublicIngress: false,
    dnsFirewallFailOpen: true,
    database: {
      engineVersion: "17.9",
      readers: 1,
      minCapacity: 0.5,
      maxCapacity: 4,
      backupRetentionDays: 7,
      insights: { mode: "standard", retentionDays: 7 },
      monitoringIntervalSeconds: 60,
      storageType: null,
      proxyMaxConnectionsPercent: 80,
    },
    cache: { nodeType: "cache.t4g.small", nodes: 2, snapshotRetentionDays: 1 },
    stream: { mode: "ON_DEMAND", shards: null, retentionHours: 24, deletesConsumers: true },
    backup: { continuous: false, airGapped: false },
    api: {
      tasks: { min: 1, desired: 1, max: 3 },
      cpu: 512,
      memoryMiB: 1024,
      throttle: { ratePerSecond: 100, burst: 200 },
      executeApiEndpoint: true,
      standardPlan: { ratePerSecond: 250, burst: 500, perDay: 5_000_000 },
    },
    relayTasks: 1,
    fargateSpot: true,
    faultInjection: false,
    image: "built",
    objectLock: { mode: "GOVERNANCE", days: 1 },
    vaultLock: null,
    logRetentionDays: 30,
    kmsDeletionWindowDays: 7,
    studentFieldsKeyMultiRegion: false,
    protect: true,
    retainOnDelete: false,
    deletionProtection: true,
    disposable: false,
    applyImmediately: true,
    userPoolTier: "ESSENTIALS",
    canarySchedule: "rate(15 minutes)",
    budgetUsdPerMonth: 780,
    configRecordingFrequency: "DAILY",
  },
  staging: {
    availabilityZones: 3,
    vpcCidr: "10.42.0.0/16",
    natStrategy: "Single",
    interfaceEndpoints: "all",
    flowLogRetentionDays: 90,
    blockPublicIngress: true,
    dnsFirewallFailOpen: false,
    database: {
      engineVersion: "17.9",
      readers: 1,
      minCapacity: 1,
      maxCapacity: 16,
      backupRetentionDays: 14,
      insights: { mode: "standard", retentionDays: 7 },
      monitoringIntervalSeconds: 30,
      storageType: null,
      proxyMaxConnectionsPercent: 80,
    },
    cache: { nodeType: "cache.r7g.large", nodes: 2, snapshotRetentionDays: 7 },
    stream: { mode: "ON_DEMAND", shards: null, retentionHours: 72, deletesConsumers: true },
    backup: { continuous: false, airGapped: false },
    api: {
      tasks: { min: 2, desired: 2, max: 8 },
      cpu: 1024,
      memoryMiB: 2048,
      throttle: { ratePerSecond: 1000, burst: 2000 },
      executeApiEndpoint: false,
      standardPlan: { ratePerSecond: 250, burst: 500, perDay: 5_000_000 },
    },
    relayTasks: 2,
    fargateSpot: true,
    faultInjection: true,
    image: "promoted",
    objectLock: { mode: "GOVERNANCE", days: 30 },
    vaultLock: { minDays: 7, changeableForDays: null },
    logRetentionDays: 90,
    kmsDeletionWindowDays: 30,
    studentFieldsKeyMultiRegion: true,
    protect: true,
    retainOnDelete: true,
    deletionProtection: true,
    disposable: false,
    applyImmediately: true,
    userPoolTier: "PLUS",
    canarySchedule: "rate(5 minutes)",
    budgetUsdPerMonth: 1992,
    configRecordingFrequency: "DAILY",
  },
  prod: {
    availabilityZones: 3,
    vpcCidr: "10.43.0.0/16",
    natStrategy: "OnePerAz",
    interfaceEndpoints: "all",
    flowLogRetentionDays: 400,
    blockPublicIngress: true,
    dnsFirewallFailOpen: false,
    database: {
      engineVersion: "17.9",
      readers: 2,
      minCapacity: 4,
      maxCapacity: 64,
      backupRetentionDays: 35,
      insights: { mode: "advanced", retentionDays: 465 },
      monitoringIntervalSeconds: 15,
      storageType: "aurora-iopt1",
      proxyMaxConnectionsPercent: 80,
    },
    cache: { nodeType: "cache.r7g.large", nodes: 3, snapshotRetentionDays: 14 },
    stream: { mode: "ON_DEMAND", shards: null, retentionHours: 168, deletesConsumers: false },
    backup: { continuous: true, airGapped: true },
    api: {
      tasks: { min: 6, desired: 6, max: 60 },
      cpu: 1024,
      memoryMiB: 2048,
      throttle: { ratePerSecond: 5000, burst: 5000 },
      executeApiEndpoint: false,
      standardPlan: { ratePerSecond: 250, burst: 500, perDay: 5_000_000 },
    },
    relayTasks: 2,
    fargateSpot: false,
    faultInjection: false,
    image: "promoted",
    objectLock: { mode: "COMPLIANCE", days: 2555 },
    vaultLock: { minDays: 35, changeableForDays: 3 },
    logRetentionDays: 400,
    kmsDeletionWindowDays: 30,
    studentFieldsKeyMultiRegion: true,
    protect: true,
    retainOnDelete: true,
    deletionProtection: true,
    disposable: false,
    applyImmediately: false,
    userPoolTier: "PLUS",
    canarySchedule: "rate(1 minute)",
    budgetUsdPerMonth: 7440,
    configRecordingFrequency: "CONTINUOUS",
  },
};

/** Sizes of a stack. Pull-request stacks are as large as `dev` and leave nothing behind. */
export function sizingFor(stack: string): Sizing {
  const sizing = SIZING[environmentOf(stack)];
  if (!isPullRequestStack(stack)) return sizing;
  return {
    ...sizing,
    objectLock: null,
    protect: false,
    retainOnDelete: false,
    deletionProtection: false,
    disposable: true,
    // It would need a student and an agreement in a database that lives for a day.
    canarySchedule: null,
  };
}
