/** What a stack declared, as plain data: inputs after the stack's transforms, and the options that mocks do not show. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  /** Components of ours and of awsx have no provider of their own. */
  readonly custom: boolean;
  // Shapes of several dozen resource types: the tests' business.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly inputs: Record<string, any>;
  /** Top-level inputs that are or hold a secret. */
  readonly secretInputs: readonly string[];
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    readonly ignoreChanges: readonly string[];
    /** `type::name` of what must exist before; by `dependsOn` or through inputs. */
    readonly dependencies: readonly string[];
    /** `type::name` of the parent; empty for the stack itself. */
    readonly parent: string;
  };
}

export interface RecordedCall {
  readonly token: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly inputs: Record<string, any>;
}

/** What the child process hands back. */
export interface RawRecording {
  readonly resources: readonly RecordedResource[];
  readonly calls: readonly RecordedCall[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly contract: any;
  readonly contractIsSecret: boolean;
  readonly contractVersion: unknown;
}

/** A recorded stack, with the questions that tests ask. */
export class Recording {
  readonly resources: readonly RecordedResource[];
  readonly calls: readonly RecordedCall[];
  readonly contract: RawRecording["contract"];
  readonly contractIsSecret: boolean;
  readonly contractVersion: unknown;

  constructor(raw: RawRecording) {
    this.resources = raw.resources;
    this.calls = raw.calls;
    this.contract = raw.contract as unknown;
    this.contractIsSecret = raw.contractIsSecret;
    this.contractVersion = raw.contractVersion;
  }

  ofType(type: string): readonly RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one resource of this type and logical name; says which names there are when it is missing. */
  get(type: string, name: string): RecordedResource {
    const found = this.ofType(type).find((resource) => resource.name === name);
    if (found) return found;
    const names = this.ofType(type).map((resource) => resource.name);
    throw new Error(
      `The stack declares no ${type} named "${name}". It declares: ${names.join(", ") || "none of this type"}.`,
    );
  }

  /** Provider resources by type, children of remote components aside: the engine makes those. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { type } of this.resources) {
      if (type.startsWith("aws:") || type.startsWith("awsx:")) counts[type] = (counts[type] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}
