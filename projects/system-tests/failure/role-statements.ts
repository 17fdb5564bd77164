/** Statements of the roles' own policies: which were of use, and the system without one of them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { signedQuery } from "../src/signed-call.ts";
import type { FailureStack } from "./stack.ts";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}
interface Document {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}
export interface Refusal {
  readonly role: string;
  readonly action: string;
  readonly line: string;
}

/** A policy needs a statement; this one takes away what no role here can do. */
const NOTHING: Statement = { Sid: "Nothing", Effect: "Deny", Action: "sts:GetSessionToken", Resource: "*" };

export class RoleStatements {
  readonly #stack: FailureStack;

  constructor(stack: FailureStack) {
    this.#stack = stack;
  }

  /** By role as the program names it (`api-task`), the Sids that let something through since the deployment. */
  exercised(): ReadonlyMap<string, readonly string[]> {
    const file = join(this.#stack.home, "cloud", "access", "exercised.json");
    const counts = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, number>>;
    return new Map(
      Object.entries(counts).map(([role, statements]) => [
        this.#purposeOf(role),
        Object.keys(statements).flatMap((name) => /^inline policy .*\/([^/]+)$/.exec(name)?.[1] ?? []),
      ]),
    );
  }

  /** Of the roles that something took, the statements that let nothing through. */
  async unused(): Promise<readonly string[]> {
    const used = this.exercised();
    const lists = [...used].map(async ([role, sids]) => {
      const policies = await this.#policiesOf(this.#nameOf(role));
      const all = policies.flatMap(([, text]) => (JSON.parse(text) as Document).Statement.map(({ Sid = "" }) => Sid));
      return all.filter((sid) => !sids.includes(sid)).map((sid) => `${role}/${sid}`);
    });
    return (await Promise.all(lists)).flat();
  }

  /** Runs the work while the role's policy lacks the statement, and puts the policy back whatever happens. */
  async without(role: string, sid: string, work: (actions: readonly string[]) => Promise<void>): Promise<void> {
    const RoleName = this.#nameOf(role);
    const [PolicyName, text] = await this.#policyWith(RoleName, sid);
    const document = JSON.parse(text) as Document;
    const kept = document.Statement.filter((statement) => statement.Sid !== sid);
    const put = (changed: string) =>
      this.#iam({ Action: "PutRolePolicy", RoleName, PolicyName, PolicyDocument: changed });
    await put(JSON.stringify({ ...document, Statement: kept.length === 0 ? [NOTHING] : kept }));
    try {
      await work(document.Statement.filter((each) => each.Sid === sid).flatMap(({ Action }) => Action));
    } finally {
      await put(text);
    }
  }

  /** Refusals that were written down after this many bytes of the log. */
  refusalsSince(offset: number): readonly Refusal[] {
    const text = this.#log().slice(offset);
    return text.split("\n").flatMap((line) => {
      const [, role, action] = /assumed-role\/([^/]+)\/.* is not authorized to perform: (\S+)/.exec(line) ?? [];
      return role === undefined || action === undefined ? [] : [{ role: this.#purposeOf(role), action, line }];
    });
  }

  logLength(): number {
    return this.#log().length;
  }

  #log(): string {
    const file = join(this.#stack.home, "cloud", "logs", "access.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** The program names roles; an environment's suffix stands before that. */
  #purposeOf(roleName: string): string {
    return roleName.replace(/^srs-[a-z0-9]+-/, "");
  }

  #nameOf(role: string): string {
    const { clusterName } = this.#stack.deployment.compute.service;
    return `${/^srs-[a-z0-9]+-/.exec(clusterName)?.[0] ?? ""}${role}`;
  }

  async #policyWith(RoleName: string, sid: string): Promise<readonly [name: string, text: string]> {
    const found = (await this.#policiesOf(RoleName)).find(([, text]) =>
      (JSON.parse(text) as Document).Statement.some((statement) => statement.Sid === sid),
    );
    if (found === undefined) throw new Error(`No inline policy of ${RoleName} has a statement ${sid}.`);
    return found;
  }

  async #policiesOf(RoleName: string): Promise<readonly (readonly [name: string, text: string])[]> {
    const names = await this.#iam({ Action: "ListRolePolicies", RoleName });
    const policies = [...names.matchAll(/<member>(.*?)<\/member>/g)].map(async ([, PolicyName = ""]) => {
      const answer = await this.#iam({ Action: "GetRolePolicy", RoleName, PolicyName });
      const text = /<PolicyDocument>(.*?)<\/PolicyDocument>/s.exec(answer)?.[1] ?? "";
      return [PolicyName, decodeURIComponent(text)] as const;
    });
    return Promise.all(policies);
  }

  #iam(parameters: Readonly<Record<string, string>>): Promise<string> {
    return signedQuery(this.#stack.deployment.operator, "iam", parameters);
  }
}
