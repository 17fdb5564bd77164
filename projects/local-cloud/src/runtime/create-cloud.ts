import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openAccess } from "../access/index.ts";
import { awsApiService } from "../aws-api/index.ts";
import type { AwsApi } from "../aws-api/index.ts";
import type { Cloud, Service } from "../cloud.ts";
import { REGION } from "../cloud.ts";
import { NetworkPaths } from "../network-path/network-paths.ts";
import { openPorts } from "../processes/ports.ts";
import { openSupervisor } from "../processes/supervisor.ts";
import { openAccount } from "./account.ts";
import { openCertificateAuthority } from "./certificates.ts";
import { openCredentials } from "./credentials.ts";

export interface CloudOptions {
  readonly stack: string;
  /** Absolute folder that holds everything of this cloud. */
  readonly home: string;
  readonly services: readonly ((cloud: Cloud) => Service)[];
  readonly log: (message: string) => void;
  readonly startMoto?: "at once" | "on demand";
}

export interface RunnableCloud extends Cloud {
  readonly awsApi: AwsApi;
  readonly services: readonly Service[];
  /** Brings the services to life in their order. */
  start(): Promise<void>;
  /** Lets go of listeners and timers, last service first; child processes go on. */
  stop(): Promise<void>;
}

/** Puts the parts of one cloud together under its home folder; nothing listens before `start`. */
export async function createCloud(options: CloudOptions): Promise<RunnableCloud> {
  const { stack, home, log } = options;
  mkdirSync(join(home, "logs"), { recursive: true, mode: 0o700 });
  const ports = openPorts(join(home, "ports.json"));
  const [port, motoPort] = [await ports.allocate("aws-api"), await ports.allocate("moto")];
  const awsEndpointUrl = `http://127.0.0.1:${port}`;
  const credentials = openCredentials(home);
  const processes = openSupervisor(home, log);
  const services: Service[] = [];
  const account = openAccount(join(home, "account.json"));
  const network = new NetworkPaths(account, home);
  const access = openAccess(account, home);

  const cloud: Cloud = {
    ...{ stack, home, account, ports, credentials, processes, network, access, awsEndpointUrl, log },
    certificates: await openCertificateAuthority(join(home, "ca"), stack),
    sdk: { endpoint: awsEndpointUrl, region: REGION, credentials: credentials.operator },
    service<T extends Service>(name: string): T {
      const service = services.find((candidate) => candidate.name === name);
      if (service === undefined) throw new Error(`The local cloud has no service named ${name}.`);
      return service as T;
    },
  };
  const startMoto = options.startMoto ?? "at once";
  const awsApi = awsApiService(cloud, { port, motoPort, startMoto, services: () => services });
  services.push(awsApi, ...options.services.map((service) => service(cloud)));

  const started: Service[] = [];
  return Object.assign(cloud, {
    awsApi,
    services,
    async start() {
      for (const service of services) {
        await service.start?.(cloud);
        started.push(service);
      }
    },
    async stop() {
      for (const service of started.splice(0).toReversed()) await service.stop?.();
      network.close();
      access.close();
      processes.release();
    },
  });
}
