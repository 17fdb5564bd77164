import type { Cloud } from "./cloud.ts";

/** A property whose value the engine does not know yet: it appears in previews only. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A file, or a folder of files, that the program handed over (`pulumi.asset.*`), reduced to what a provider may use. */
export interface AssetValue {
  readonly kind: "asset" | "archive";
  /** SHA-256 the engine computed over the content, lower-case hex. */
  readonly hash: string;
  /** Absolute path when the program named a file or folder; otherwise undefined. */
  readonly path?: string;
  /** Text of a string asset. */
  readonly text?: string;
  /** Members of an archive made of assets, by name inside it. */
  readonly members?: Readonly<Record<string, AssetValue>>;
}
export function isAssetValue(value: unknown): value is AssetValue {
  return typeof value === "object" && value !== null && "kind" in value && "hash" in value;
}

/** Inputs and outputs as plain JavaScript: secrets unwrapped, assets as `AssetValue`, unknowns as `UNKNOWN`. */
// The provider carries the properties of several hundred resource types; their shapes are the registry entries' business.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Properties = Record<string, any>;

/** What AWS would refuse, in AWS's words. `property` is the top-level input concerned, if there is one. */
export interface CheckFailure {
  readonly property?: string;
  readonly reason: string;
}

/** One resource as the account holds it. Persisted; `secretProperties` are left out of what is written to disk. */
export interface ResourceRecord {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly arn?: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * One AWS resource type as the local cloud serves it. The entries together are the registry:
 * a type that is not in it is refused by name (LOC-8).
 */
export interface ResourceType {
  /** Pulumi type token, for instance `aws:kms/key:Key`. */
  readonly token: string;
  /** Top-level inputs that AWS can only change by replacing the resource. */
  readonly replaceOnChanges: readonly string[];
  /** Outputs the cloud decides: unknown in a preview of a creation or replacement. */
  readonly computed: readonly string[];
  /** Computed outputs that an update may change as well (a code hash): unknown in a preview of an update too. */
  readonly recomputed?: readonly string[];
  /** Input that gets `<logical name>-<7 hex digits>` when the program leaves it out, as AWS's provider does. */
  readonly autoName?: string;
  /**
   * Inputs that AWS keeps unique together, for instance `["name"]` or `["role", "name"]`.
   * A second creation with the same values is refused; a replacement that keeps them deletes first.
   */
  readonly uniqueBy?: readonly string[];
  /** Outputs that are secret although no input made them so (a generated client secret). */
  readonly secretOutputs?: readonly string[];
  /**
   * Inputs that follow from this machine rather than from the program (the hash of a folder it names), added when the
   * inputs are checked: a change of one is then a change of the resource. Unknown properties are `UNKNOWN`.
   */
  readonly derivedInputs?: (inputs: Properties) => Promise<Properties>;
  /** What AWS would refuse, decided from inputs and the account. Unknown properties are `UNKNOWN` and must pass. */
  readonly check?: (inputs: Properties, cloud: Cloud) => readonly CheckFailure[];
  /**
   * Creates the resource and makes it live.
   * A failed creation must leave nothing behind: undo what was started before throwing.
   * @returns the id and the computed outputs; inputs are added to the outputs by the caller
   */
  readonly create: (inputs: Properties, cloud: Cloud, urn: string) => Promise<{ id: string; outputs: Properties }>;
  /** Looks at the living resource. `undefined`: it is gone. Otherwise outputs as they are now (drift shows in them). */
  readonly read?: (record: ResourceRecord, cloud: Cloud) => Promise<Properties | undefined>;
  /** Changes the living resource in place; returns changed computed outputs. Absent: the inputs are recorded. */
  readonly update?: (record: ResourceRecord, inputs: Properties, cloud: Cloud) => Promise<Properties>;
  /** Removes it; must succeed when it is gone already. Throws what AWS would throw (deletion protection, not empty). */
  readonly delete?: (record: ResourceRecord, cloud: Cloud) => Promise<void>;
}

/** A data source (`aws.getX`), by token, for instance `aws:index/getAvailabilityZones:getAvailabilityZones`. */
export interface FunctionType {
  readonly token: string;
  readonly invoke: (args: Properties, cloud: Cloud) => Promise<Properties>;
}
