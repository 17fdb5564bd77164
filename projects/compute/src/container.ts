// What every container of ours has in common: nothing to write to but /tmp, nothing to be but user 10001.

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly logGroup: string;
  readonly region: string;
  readonly port?: number;
  readonly healthCheck?: readonly string[];
  readonly mounts?: readonly { readonly volume: string; readonly path: string; readonly readOnly: boolean }[];
}

export const SCRATCH_VOLUME = "scratch";

/** @returns one entry of `containerDefinitions`. */
export function hardenedContainer(spec: ContainerSpec): object {
  const mounts = [{ volume: SCRATCH_VOLUME, path: "/tmp", readOnly: false }, ...(spec.mounts ?? [])];
  return {
    name: spec.name,
    image: spec.image,
    essential: true,
    command: spec.command,
    user: "10001:10001",
    readonlyRootFilesystem: true,
    privileged: false,
    linuxParameters: { capabilities: { drop: ["ALL"] }, initProcessEnabled: true },
    ulimits: [{ name: "nofile", softLimit: 65536, hardLimit: 65536 }],
    portMappings: spec.port === undefined ? [] : [{ containerPort: spec.port, hostPort: spec.port, protocol: "tcp" }],
    environment: spec.environment,
    mountPoints: mounts.map(({ volume, path, readOnly }) => ({ sourceVolume: volume, containerPath: path, readOnly })),
    stopTimeout: 60,
    versionConsistency: "enabled",
    ...(spec.healthCheck && {
      healthCheck: { command: spec.healthCheck, interval: 10, timeout: 5, retries: 3, startPeriod: 30 },
    }),
    // A full log buffer drops lines rather than stop the service: what must not be lost is in the audit table.
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": spec.logGroup,
        "awslogs-region": spec.region,
        "awslogs-stream-prefix": spec.name,
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
  };
}
