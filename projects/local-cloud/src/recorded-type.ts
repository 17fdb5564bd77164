import type { Cloud } from "./cloud.ts";
import type { CheckFailure, Properties, ResourceRecord, ResourceType } from "./resource-type.ts";

type Compute = (inputs: Properties, id: string, cloud: Cloud) => unknown;

export interface RecordedTypeSpec {
  /** Pulumi type token, for instance `aws:ec2/vpc:Vpc`. */
  readonly token: string;
  /** The id in the service's own form; asked once, at creation. */
  readonly id: (inputs: Properties, cloud: Cloud) => string;
  /** Fills the output `arn`. */
  readonly arn?: (inputs: Properties, id: string) => string;
  readonly replaceOnChanges: readonly string[];
  /**
   * The other outputs AWS decides, one function each, so that their names are known without calling them (previews).
   * The same inputs and id give the same value, because an update asks again.
   */
  readonly computed?: Readonly<Record<string, Compute>>;
  /** Outputs fixed at creation and never asked again: dates. */
  readonly atCreation?: Readonly<Record<string, Compute>>;
  readonly autoName?: string;
  readonly uniqueBy?: readonly string[];
  readonly derivedInputs?: (inputs: Properties) => Promise<Properties>;
  /** What AWS refuses by looking at the inputs alone. Shown in previews; unknown properties must pass. */
  readonly check?: (inputs: Properties, cloud: Cloud) => readonly CheckFailure[];
  /**
   * What AWS refuses by looking at the account, in its words; asked before a creation or an update.
   * `self` is the resource as it is before an update.
   */
  readonly conflict?: (inputs: Properties, cloud: Cloud, self?: ResourceRecord) => string | undefined;
  /** What keeps AWS from deleting it. */
  readonly inUse?: (record: ResourceRecord, cloud: Cloud) => string | undefined;
}

/** A type that the account only records and checks: nothing of it runs on this machine. */
export function recordedType(spec: RecordedTypeSpec): ResourceType {
  const { conflict, inUse } = spec;
  const computed: Record<string, Compute> = { ...(spec.arn && { arn: spec.arn }), ...spec.computed };
  const outputsOf = (
    functions: Readonly<Record<string, Compute>>,
    inputs: Properties,
    id: string,
    cloud: Cloud,
  ): Properties =>
    Object.fromEntries(Object.entries(functions).map(([name, compute]) => [name, compute(inputs, id, cloud)]));
  const refuse = (reason: string | undefined): void => {
    if (reason !== undefined) throw new Error(reason);
  };

  return {
    token: spec.token,
    replaceOnChanges: spec.replaceOnChanges,
    computed: Object.keys({ ...computed, ...spec.atCreation }),
    autoName: spec.autoName,
    uniqueBy: spec.uniqueBy,
    derivedInputs: spec.derivedInputs,
    check: spec.check,
    create: async (inputs, cloud) => {
      refuse(conflict?.(inputs, cloud));
      const id = spec.id(inputs, cloud);
      return { id, outputs: outputsOf({ ...computed, ...spec.atCreation }, inputs, id, cloud) };
    },
    update: async (record, inputs, cloud) => {
      refuse(conflict?.(inputs, cloud, record));
      return outputsOf(computed, inputs, record.id, cloud);
    },
    ...(inUse && { delete: async (record: ResourceRecord, cloud: Cloud) => refuse(inUse(record, cloud)) }),
  };
}
