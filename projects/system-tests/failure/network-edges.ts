/** Edges of the deployed network by the names of their egress rules: taken out, put back, and looked at. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expectSuccess, start } from "../test/make.ts";
import { ROOT } from "../src/deployment.ts";
import type { FailureStack } from "./stack.ts";

const HOOK = join(import.meta.dirname, "without-edges.ts");
const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

export class NetworkEdges {
  readonly #stack: FailureStack;

  constructor(stack: FailureStack) {
    this.#stack = stack;
  }

  /** All that the network has now: `api-task-to-db-proxy-5432`. */
  deployed(): readonly string[] {
    const account = JSON.parse(readFileSync(this.#file("account.json"), "utf8")) as { type: string; urn: string }[];
    return account.filter(({ type }) => type === EGRESS_RULE).map(({ urn }) => urn.split("::").at(-1)!);
  }

  /** Those that let a connection pass since the deployment. */
  exercised(): readonly string[] {
    const counts = JSON.parse(readFileSync(this.#file("network/exercised.json"), "utf8")) as Record<string, number>;
    return Object.keys(counts).map((edge) => {
      const [, from = "", to = "", port = ""] = /^(\S+) -> (\S+) tcp (\d+)$/.exec(edge) ?? [];
      return `${this.#purposeOf(from)}-to-${this.#purposeOf(to)}-${port}`;
    });
  }

  /** Runs the work while the network is deployed without the edge, and deploys it whole again whatever happens. */
  async without(edge: string, work: () => Promise<void>): Promise<void> {
    await this.#deploy(edge);
    try {
      await this.cut();
      await work();
    } finally {
      await this.#deploy();
    }
  }

  /** A rule that goes does not end what is open; this does, so that the next use needs a new connection. */
  async cut(): Promise<void> {
    const cloud = join(ROOT, "projects", "local-cloud", "src", "cli.ts");
    expectSuccess(await start("node", [cloud, "cut", "--stack", this.#stack.name], this.#stack.name).finished);
  }

  logLength(): number {
    return this.#log().length;
  }

  /** What the network held back after this many characters of its log: from where, to where, and the line. */
  rejectionsSince(offset: number): readonly { readonly edge: string; readonly line: string }[] {
    return this.#log()
      .slice(offset)
      .split("\n")
      .filter((line) => line.includes(" REJECT "))
      .map((line) => {
        const [, from = "", to = "", port = ""] = /\[(\S+)\] -> (.+?) tcp (\d+): /.exec(line) ?? [];
        const [, group] = /\[(\S+)\]$/.exec(to) ?? [];
        return {
          edge: `${this.#purposeOf(from)}-to-${group === undefined ? outside(to) : this.#purposeOf(group)}-${port}`,
          line,
        };
      });
  }

  async #deploy(without?: string): Promise<void> {
    const env: Record<string, string> =
      without === undefined ? {} : { NODE_OPTIONS: `--import=${HOOK}`, RECORDS_WITHOUT_EDGES: without };
    expectSuccess(await start("make", ["deploy", "LAYER=network"], this.#stack.name, env).finished);
  }

  #log(): string {
    const file = this.#file("logs/network.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  #file(name: string): string {
    return join(this.#stack.home, "cloud", name);
  }

  /** A group's purpose from its name in the account; what is no group stands for what is outside. */
  #purposeOf(name: string): string {
    const prefix = `srs-${this.#stack.name.replaceAll(/[^a-z0-9]/g, "")}-`;
    return name.startsWith(prefix) ? name.slice(prefix.length) : outside(name);
  }
}

const outside = (name: string): string => (name.startsWith("pl-") || name === "AWS s3" ? "s3-prefix-list" : "internet");
