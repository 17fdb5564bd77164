/** A stack of the failure tests' own, and its parts by the records that AWS's API and the cloud keep. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CampusSystem } from "../src/campus-system.ts";
import { findDeployment, ROOT, type Deployment } from "../src/deployment.ts";
import { signedQuery } from "../src/signed-call.ts";
import { expectSuccess, make } from "../test/make.ts";
import { processesOf, type RunningProcess } from "../test/processes.ts";

const MINUTE_MS = 60_000;

export class FailureStack {
  readonly name: string;
  deployment!: Deployment;
  system!: CampusSystem;

  constructor(name: string) {
    this.name = name;
  }

  get home(): string {
    return join(ROOT, ".local", this.name);
  }

  async deploy(): Promise<void> {
    if (existsSync(this.home) && !KEPT) expectSuccess(await make(this.name, "destroy-all"));
    expectSuccess(await make(this.name, "deploy-all"));
    this.deployment = await findDeployment(this.name);
    this.system = await CampusSystem.register(this.deployment, "sis");
  }

  async destroy(): Promise<void> {
    await this.system?.close();
    if (existsSync(this.home) && !KEPT) await make(this.name, "destroy-all");
  }

  /** Kills a process as its machine would when it fails: without a word. */
  kill(processName: string): void {
    process.kill(this.processOf(processName).pid, "SIGKILL");
  }

  processOf(processName: string): RunningProcess {
    const found = processesOf(this.name).find(({ name, alive }) => name === processName && alive);
    if (!found) throw new Error(`Nothing runs under the name ${processName} in the stack ${this.name}.`);
    return found;
  }

  /** Instances by what they do; `available` when each of them does it. */
  async database(): Promise<{ available: boolean; writer: string | undefined; readers: readonly string[] }> {
    const answer = await signedQuery(this.deployment.operator, "rds", {
      Action: "DescribeDBClusters",
      DBClusterIdentifier: this.deployment.data.database.clusterIdentifier,
    });
    const members = elements(answer, "DBClusterMember").map((member) => ({
      instance: elements(member, "DBInstanceIdentifier")[0]!,
      writes: elements(member, "IsClusterWriter")[0] === "true",
    }));
    return {
      available: elements(answer, "Status")[0] === "available",
      writer: members.find(({ writes }) => writes)?.instance,
      readers: members.filter(({ writes }) => !writes).map(({ instance }) => instance),
    };
  }

  /** Nodes by what they do. */
  async cache(): Promise<{ available: boolean; primary: string; replicas: readonly string[] }> {
    const answer = await signedQuery(this.deployment.operator, "elasticache", {
      Action: "DescribeReplicationGroups",
      ReplicationGroupId: this.deployment.data.cache.replicationGroupId,
    });
    const members = elements(answer, "NodeGroupMember").map((member) => ({
      node: elements(member, "CacheClusterId")[0]!,
      role: elements(member, "CurrentRole")[0],
    }));
    const withRole = (role: string) => members.filter((member) => member.role === role).map(({ node }) => node);
    return {
      available: elements(answer, "Status")[0] === "available",
      primary: withRole("primary")[0]!,
      replicas: withRole("replica"),
    };
  }

  /** Execution environments of a function: children of the cloud, which wait for events. */
  functionProcesses(functionName: string): readonly number[] {
    const { pid } = JSON.parse(readFileSync(join(this.home, "cloud.json"), "utf8")) as { pid: number };
    return childrenOf(pid).filter((child) =>
      readFileSync(`/proc/${child}/environ`, "utf8").split("\0").includes(`AWS_LAMBDA_FUNCTION_NAME=${functionName}`),
    );
  }
}

/** With it a stack that is there is used and left there: for work on the tests. */
const KEPT = process.env.RECORDS_KEEP_STACK === "1";

/** One stack for a test file, deployed once. */
export function useFailureStack(name: string): FailureStack {
  const stack = new FailureStack(name);
  beforeAll(() => stack.deploy(), 8 * MINUTE_MS);
  afterAll(() => stack.destroy(), 3 * MINUTE_MS);
  return stack;
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"))].map(([, content]) => content!);
}
