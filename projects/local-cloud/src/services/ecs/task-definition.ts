import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT_ID, REGION, type Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import { readJson, writeJson } from "../../runtime/durable-json.ts";
import { containerFaults, parseContainers, type ContainerDefinition } from "./container-definition.ts";
import { fargateSizeFault } from "./fargate-sizes.ts";

export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

/** A registered revision, as tasks are started from it. */
export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly container: ContainerDefinition;
  readonly volumes: readonly Properties[];
  readonly taskRoleArn?: string;
  /** What ECS itself pulls, logs and fetches with. */
  readonly executionRoleArn?: string;
}

/**
 * Revisions by ARN. A deregistered one that a service still uses stays usable, as on AWS, though only as long as the
 * cloud's process lives: definitions are kept on disk by the account alone.
 */
export class TaskDefinitions {
  readonly #cloud: Cloud;
  readonly #deregistered = new Map<string, TaskDefinition>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** @param reference an ARN, `family:revision`, or `family` for its latest revision */
  find(reference: string): TaskDefinition {
    const records = this.#cloud.account.ofType(TASK_DEFINITION);
    const record =
      records.find(({ id, outputs }) => id === reference || `${outputs.family}:${outputs.revision}` === reference) ??
      records
        .filter(({ outputs }) => outputs.family === reference)
        .toSorted((a, b) => b.outputs.revision - a.outputs.revision)[0];
    if (record !== undefined) return definitionOf(record.id, record.inputs);
    const kept = this.#deregistered.get(reference);
    if (kept !== undefined) return kept;
    throw new Error(
      `ClientException: Unable to describe task definition ${reference}: it does not exist (any more). Deploy again.`,
    );
  }

  /** Whether a reference means this revision; one that means nothing any more does not. */
  resolves(reference: string, arn: string | undefined): boolean {
    try {
      return this.find(reference).arn === arn;
    } catch {
      return false;
    }
  }

  deregister(arn: string, inputs: Properties): void {
    this.#deregistered.set(arn, definitionOf(arn, inputs));
  }
}

function definitionOf(arn: string, inputs: Properties): TaskDefinition {
  if (typeof inputs.containerDefinitions !== "string") {
    throw new Error(
      `The container definitions of ${arn} were secret, and the cloud keeps no secrets on disk: it has forgotten them ` +
        "with its restart. Deploy again; better, hand secrets to tasks by ARN.",
    );
  }
  const [container] = parseContainers(inputs.containerDefinitions);
  if (container === undefined) throw new Error(`${arn} has no container.`);
  const { family, taskRoleArn, executionRoleArn } = inputs;
  return { arn, family, container, volumes: inputs.volumes ?? [], taskRoleArn, executionRoleArn };
}

export function taskDefinitionType(definitions: TaskDefinitions): ResourceType {
  return {
    token: TASK_DEFINITION,
    replaceOnChanges: [
      ...[
        "containerDefinitions",
        "cpu",
        "enableFaultInjection",
        "ephemeralStorage",
        "executionRoleArn",
        "family",
        "ipcMode",
      ],
      ...["memory", "networkMode", "pidMode", "placementConstraints", "proxyConfiguration", "requiresCompatibilities"],
      ...["runtimePlatform", "taskRoleArn", "volumes"],
    ],
    computed: ["arn", "arnWithoutRevision", "revision"],
    check: checkTaskDefinition,
    create: async (inputs, cloud) => {
      const revision = nextRevision(cloud, inputs.family);
      const arnWithoutRevision = `arn:aws:ecs:${REGION}:${ACCOUNT_ID}:task-definition/${inputs.family}`;
      const arn = `${arnWithoutRevision}:${revision}`;
      // The id is the ARN rather than the family, so that the old and the new revision are two resources of the account.
      return { id: arn, outputs: { arn, arnWithoutRevision, revision } };
    },
    delete: async (record) => {
      if (record.inputs.containerDefinitions !== undefined) definitions.deregister(record.id, record.inputs);
    },
  };
}

/** Numbers are never given twice, not even after a family was removed. */
function nextRevision(cloud: Cloud, family: string): number {
  const file = join(cloud.home, "ecs", "families.json");
  mkdirSync(join(cloud.home, "ecs"), { recursive: true });
  const families = readJson<Record<string, number>>(file) ?? {};
  const revision = (families[family] ?? 0) + 1;
  writeJson(file, { ...families, [family]: revision });
  return revision;
}

function checkTaskDefinition(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    if (known(inputs.family) && !/^[A-Za-z0-9_-]{1,255}$/.test(inputs.family)) {
      refuse("family", `ClientException: Family contains invalid characters: "${inputs.family}"`);
    }
    const compatibilities: unknown = inputs.requiresCompatibilities;
    if (known(compatibilities) && !(compatibilities as unknown[]).includes("FARGATE")) {
      refuse(
        "requiresCompatibilities",
        "the local cloud runs Fargate tasks: requiresCompatibilities must hold FARGATE",
      );
    }
    if (known(inputs.networkMode) && inputs.networkMode !== "awsvpc") {
      refuse(
        "networkMode",
        `ClientException: Fargate only supports network mode 'awsvpc', not '${inputs.networkMode}'.`,
      );
    }
    for (const property of ["pidMode", "ipcMode", "proxyConfiguration"]) {
      if (known(inputs[property])) refuse(property, `the local cloud does not do ${property}`);
    }
    if (![inputs.cpu, inputs.memory].some((size) => size !== undefined && !known(size))) {
      const fault = fargateSizeFault(inputs.cpu, inputs.memory);
      if (fault !== undefined) refuse("cpu", fault);
    }
    for (const volume of known(inputs.volumes) ? (inputs.volumes as Properties[]) : []) {
      const kind = [
        "dockerVolumeConfiguration",
        "fsxWindowsFileServerVolumeConfiguration",
        "hostPath",
        "configureAtLaunch",
      ].find((name) => known(volume[name]) && volume[name] !== false);
      if (kind !== undefined)
        refuse("volumes", `volume ${volume.name}: the local cloud gives tasks EFS and scratch volumes, not ${kind}`);
    }
    if (typeof inputs.containerDefinitions !== "string") return;
    try {
      const containers = parseContainers(inputs.containerDefinitions);
      const volumes = known(inputs.volumes) ? inputs.volumes : inputs.volumes === undefined ? [] : undefined;
      for (const fault of volumes === undefined ? [] : containerFaults(containers, volumes))
        refuse("containerDefinitions", fault);
      if (inputs.executionRoleArn === undefined && containers.some(({ secrets = [] }) => secrets.length > 0)) {
        refuse(
          "executionRoleArn",
          "ClientException: Fargate requires task definition to have execution role ARN to support secrets.",
        );
      }
    } catch (error) {
      refuse("containerDefinitions", (error as Error).message);
    }
  });
}
