import type { EngineEvent, OpMap } from "@pulumi/pulumi/automation/index.js";

const VERBS: Readonly<Record<string, string>> = {
  create: "created",
  update: "changed",
  delete: "deleted",
  replace: "replaced",
  "create-replacement": "created (replacement)",
  "delete-replaced": "deleted (replaced)",
  refresh: "refreshed",
};
/** Steps that tell a reader nothing. */
const QUIET = new Set(["same", "read", "refresh", "replace", "read-replacement", "discard", "discard-replaced"]);

/** Steps that are no change in a summary. */
const QUIET_COUNTS = new Set(["same", "read", "refresh", "discard"]);
/** The engine sends debug messages as well, in a severity its types do not name. */
const SHOWN: ReadonlySet<string> = new Set(["info", "warning", "error"]);

function shortName(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** "12 created, 3 changed", or "12 to be created, ..." of a plan, or "nothing to change". */
export function describeChanges(changes: OpMap | undefined, tense: "done" | "planned" = "done"): string {
  const parts = Object.entries(changes ?? {})
    .filter(([op, count]) => !QUIET_COUNTS.has(op) && (count ?? 0) > 0)
    .map(([op, count]) => `${count} ${tense === "planned" ? "to be " : ""}${VERBS[op] ?? op}`);
  return parts.length > 0 ? parts.join(", ") : "nothing to change";
}

/** Prints one line per finished resource with the time it took, and every diagnostic and policy message. */
export class Progress {
  readonly #layer: string;
  readonly #write: (line: string) => void;
  readonly #startedAtMs = Date.now();
  readonly #begun = new Map<string, number>();
  /** Last summary of the engine. */
  changes: OpMap | undefined;
  /** Policy checks of a preview that need a value which only the deployment will know. */
  waitingChecks = 0;

  constructor(layer: string, write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)) {
    this.#layer = layer;
    this.#write = write;
  }

  #line(text: string): void {
    const elapsed = ((Date.now() - this.#startedAtMs) / 1000).toFixed(1).padStart(5);
    this.#write(`${this.#layer.padEnd(8)} ${elapsed}s  ${text}`);
  }

  say(text: string): void {
    this.#line(text);
  }

  readonly onEvent = (event: EngineEvent): void => {
    const { resourcePreEvent, resOutputsEvent, summaryEvent } = event;
    if (resourcePreEvent) this.#begun.set(resourcePreEvent.metadata.urn, Date.now());
    if (resOutputsEvent && !QUIET.has(resOutputsEvent.metadata.op)) {
      const { op, urn, type } = resOutputsEvent.metadata;
      const seconds = ((Date.now() - (this.#begun.get(urn) ?? Date.now())) / 1000).toFixed(1);
      const verb = resOutputsEvent.planning ? `to be ${VERBS[op] ?? op}` : (VERBS[op] ?? op);
      this.#line(`${verb} ${type} ${shortName(urn)}${Number(seconds) >= 1 ? ` (${seconds}s)` : ""}`);
    }
    this.onProblem(event);
    if (summaryEvent) this.changes = summaryEvent.resourceChanges;
  };

  /** What a person must read: failures, policy violations, diagnostics. */
  readonly onProblem = ({ resOpFailedEvent, policyEvent, diagnosticEvent }: EngineEvent): void => {
    if (resOpFailedEvent) this.#line(`FAILED ${resOpFailedEvent.metadata.op} ${resOpFailedEvent.metadata.urn}`);
    // In a preview a value may be unknown: the policy says that it could not run, and runs in the deployment itself.
    if (policyEvent?.message.includes("can't run policy")) {
      this.waitingChecks += 1;
    } else if (policyEvent) {
      const where = policyEvent.resourceUrn ? ` ${policyEvent.resourceUrn}` : "";
      this.#line(
        `policy ${policyEvent.policyName} [${policyEvent.enforcementLevel}]${where}: ${plain(policyEvent.message).trim()}`,
      );
    }
    if (diagnosticEvent && !diagnosticEvent.ephemeral && SHOWN.has(diagnosticEvent.severity)) {
      const where = diagnosticEvent.urn ? `${shortName(diagnosticEvent.urn)}: ` : "";
      const text = plain(diagnosticEvent.message).trim();
      if (text !== "") this.#line(`${diagnosticEvent.severity} ${where}${text}${adviceOn(text)}`);
    }
  };
}

/** Without the engine's colour marks. */
function plain(message: string): string {
  return message.replaceAll(/<\{%[^%]*%\}>/g, "");
}

/** What to do about a message of the engine that only says what is wrong. */
function adviceOn(text: string): string {
  const missing = /unknown stack "[^/]+\/srs-(\w+)\/(\S+)"/.exec(text);
  if (!missing) return "";
  const [, layer, stack] = missing;
  return `\n  This layer is built on ${layer}, which is not deployed. Deploy it first: make deploy LAYER=${layer} STACK=${stack}, or make deploy-all.`;
}
