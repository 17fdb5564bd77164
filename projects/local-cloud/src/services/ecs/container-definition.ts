import type { Properties } from "../../resource-type.ts";

/** The part of a container definition that decides how its process runs here. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory?: string;
  readonly environment?: readonly { name: string; value: string }[];
  readonly secrets?: readonly { name: string; valueFrom: string }[];
  readonly portMappings?: readonly { containerPort: number; protocol?: string }[];
  readonly mountPoints?: readonly { sourceVolume: string; containerPath: string; readOnly?: boolean }[];
  readonly logConfiguration?: { readonly logDriver?: string; readonly options?: Readonly<Record<string, string>> };
  readonly healthCheck?: ContainerHealthCheck;
  /** Seconds between the stop signal and SIGKILL. */
  readonly stopTimeout?: number;
}
export interface ContainerHealthCheck {
  readonly command: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly startPeriod?: number;
}

/** Every field the ECS API knows; it refuses others rather than drop them. */
const FIELDS = new Set(
  (
    "name image repositoryCredentials cpu memory memoryReservation links portMappings essential restartPolicy entryPoint " +
    "command environment environmentFiles mountPoints volumesFrom linuxParameters secrets dependsOn startTimeout " +
    "stopTimeout versionConsistency hostname user workingDirectory disableNetworking privileged readonlyRootFilesystem " +
    "dnsServers dnsSearchDomains extraHosts dockerSecurityOptions interactive pseudoTerminal dockerLabels ulimits " +
    "logConfiguration healthCheck systemControls resourceRequirements firelensConfiguration credentialSpecs"
  ).split(" "),
);

/** @throws what ECS says about JSON it cannot read */
export function parseContainers(json: string): readonly ContainerDefinition[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new Error(`ECS Task Definition container_definitions is invalid: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!Array.isArray(parsed)) throw new Error("ECS Task Definition container_definitions is invalid: not a list");
  return parsed as ContainerDefinition[];
}

/** What ECS refuses about containers, and what the local cloud does not run. */
export function containerFaults(
  containers: readonly ContainerDefinition[],
  volumes: readonly Properties[],
): readonly string[] {
  const [container] = containers;
  if (container === undefined) return ["ClientException: Container list cannot be empty."];
  if (containers.length > 1) {
    return [`the local cloud runs tasks of one container; this definition has ${containers.length}`];
  }
  const faults: string[] = [];
  const { name, image, environment = [], mountPoints = [], portMappings = [], healthCheck, stopTimeout } = container;
  const unknownField = Object.keys(container).find((field) => !FIELDS.has(field));
  if (unknownField !== undefined)
    faults.push(`ECS Task Definition container_definitions is invalid: unknown field "${unknownField}"`);
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name ?? "")) {
    faults.push(
      `ClientException: Invalid 'name' setting for container '${name}': letters, digits, hyphens and underscores`,
    );
  }
  if (!image) faults.push("ClientException: Container.image should not be null or empty.");
  if ((container as Properties).essential === false)
    faults.push("ClientException: At least one container must be essential.");
  for (const { name: variable, value } of environment) {
    if (typeof value !== "string")
      faults.push(`ECS Task Definition container_definitions is invalid: value of ${variable} is not a string`);
  }
  for (const { sourceVolume } of mountPoints) {
    if (!volumes.some((volume) => volume.name === sourceVolume))
      faults.push(`ClientException: Unknown volume '${sourceVolume}'.`);
  }
  if (portMappings.length > 1) faults.push("the local cloud gives a task one port; this container maps several");
  if ((container as Properties).environmentFiles !== undefined)
    faults.push("the local cloud does not read environmentFiles");
  if (stopTimeout !== undefined && !(stopTimeout >= 0 && stopTimeout <= 120)) {
    faults.push(`ClientException: stopTimeout ${stopTimeout} s is more than the 120 s that Fargate allows`);
  }
  return healthCheck === undefined ? faults : [...faults, ...healthCheckFaults(healthCheck)];
}

function healthCheckFaults(check: ContainerHealthCheck): readonly string[] {
  const faults: string[] = [];
  const [kind, ...words] = check.command;
  if ((kind !== "CMD" && kind !== "CMD-SHELL") || words.length === 0) {
    faults.push("ClientException: a health check command begins with CMD or CMD-SHELL and names a command");
  }
  const bounds = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], startPeriod: [0, 300] } as const;
  for (const [field, [low, high]] of Object.entries(bounds)) {
    const value = check[field as keyof typeof bounds];
    if (value !== undefined && !(value >= low && value <= high)) {
      faults.push(`ClientException: health check ${field} ${value} is not between ${low} and ${high}`);
    }
  }
  return faults;
}
