import type { AddressInfo, Server } from "node:net";
import type { SecureContext } from "node:tls";
import type { Access } from "./access/index.ts";
import type { CallSource } from "./aws-api/call-sources.ts";
import type { NetworkPaths } from "./network-path/network-paths.ts";
import type { FunctionType, ResourceRecord, ResourceType } from "./resource-type.ts";

/** Names the account whose resources are only planned; a cloud on which something lives plays twelve zeros (LOC-8). */
export const ACCOUNT_ENV = "RECORDS_PLANNED_ACCOUNT";
/** AWS account the local cloud plays. */
export const ACCOUNT_ID = process.env[ACCOUNT_ENV] ?? "000000000000";
export const REGION = "us-east-1";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the account holds: every resource the engine created, found by id, ARN or type. Survives a restart of the cloud. */
export interface Account {
  /** Grows with every change: what was derived from the account holds while this is the same. */
  readonly revision: number;
  all(): readonly ResourceRecord[];
  ofType(token: string): readonly ResourceRecord[];
  byUrn(urn: string): ResourceRecord | undefined;
  byArn(arn: string): ResourceRecord | undefined;
  byId(token: string, id: string): ResourceRecord | undefined;
  /** Written atomically and durably before the promise resolves; secret properties are not written. */
  put(record: ResourceRecord, secretProperties: readonly string[]): Promise<void>;
  remove(urn: string, id: string): Promise<void>;
}

export interface ProcessSpec {
  /** Unique in the cloud, for instance `rds-srs-local-records-1` or `task-api-3f2a`. Also names the log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited but PATH when it is not given. Never persisted: it may hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** For programs that refuse root (PostgreSQL): run under another user id when the cloud runs as root. */
  readonly refusesRoot?: boolean;
  readonly restart: "always" | "never";
  readonly stopSignal?: NodeJS.Signals;
  readonly stopTimeoutMs?: number;
  /** Absolute path; default `<home>/logs/<name>.log`. */
  readonly logFile?: string;
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly alive: boolean;
  /** Resolves with the exit code (null after a signal) when it has ended for good, that is without a restart. */
  readonly ended: Promise<number | null>;
}

/** Child processes that outlive the cloud's own process: found again by pid and start time, never by name (LOC-14). */
export interface Supervisor {
  /** Adopts the living process recorded under this name if its spec (environment aside) is the same, otherwise starts it. */
  ensure(spec: ProcessSpec): Promise<ManagedProcess>;
  get(name: string): ManagedProcess | undefined;
  list(): readonly ManagedProcess[];
  /** Stop signal, then SIGKILL after the grace period; resolves when the process is gone. */
  stop(name: string): Promise<void>;
  stopAll(): Promise<void>;
  /** Called when a process ends without having been told to, before a restart. */
  onExit(listener: (name: string, code: number | null, signal: NodeJS.Signals | null) => void): void;
}

/** Certificates from the stack's own authority, made once per stack (LOC-13). */
export interface CertificateAuthority {
  /** PEM file clients verify against (`NODE_EXTRA_CA_CERTS`). */
  readonly caFile: string;
  /** Key and certificate files valid for the given DNS names and IP addresses; cached on disk by their set. */
  issue(
    names: readonly string[],
  ): Promise<{ certFile: string; keyFile: string; cert: string; key: string; context: SecureContext }>;
}

/** Loopback ports, stable for a purpose over restarts of the cloud. */
export interface Ports {
  /** A free port on 127.0.0.1 (and 127.0.0.2 when `pair`), remembered for this purpose. */
  allocate(purpose: string, options?: { pair?: boolean }): Promise<number>;
  release(purpose: string): Promise<void>;
}

/** Temporary credentials of a role, or of the operator. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
export interface CredentialStore {
  /** Fresh credentials of a role (ECS task, Lambda function). Valid while the cloud runs. */
  issue(roleArn: string): Credentials;
  /** Role or operator behind an access key, with the secret to check a signature. */
  find(accessKeyId: string): { principalArn: string; secretAccessKey: string; sessionToken?: string } | undefined;
  readonly operator: Credentials;
}

/** One call of the AWS API that the cloud answers itself instead of moto. */
export interface ApiRequest {
  readonly service: string;
  /** From `X-Amz-Target`, the `Action` of a query protocol body, or `<METHOD> <path>` for REST services. */
  readonly action: string;
  readonly principalArn: string;
  /** Where in a VPC it came from and which endpoint it passed; undefined for a caller outside every VPC. */
  readonly source?: CallSource | undefined;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}
export type ApiHandler = (request: ApiRequest) => Promise<ApiResponse | undefined>;

/** A call that was answered with success. `body` is absent where it was streamed; `path` holds the query. */
export type AnsweredCall = Omit<ApiRequest, "body"> & { readonly body: Buffer | undefined };

/** Everything a service of the local cloud works with. */
export interface Cloud {
  readonly stack: string;
  /** Absolute: `<checkout>/.local/<stack>/cloud`. */
  readonly home: string;
  readonly account: Account;
  readonly processes: Supervisor;
  readonly certificates: CertificateAuthority;
  readonly ports: Ports;
  readonly credentials: CredentialStore;
  /** Decides about each new connection by the network that is deployed. */
  readonly network: NetworkPaths;
  /** Decides about each call by the policies that are deployed. */
  readonly access: Access;
  /** URL of the AWS API front: own handlers first, then moto. `AWS_ENDPOINT_URL` of tasks and functions. */
  readonly awsEndpointUrl: string;
  /** Options for an AWS SDK client that the cloud itself uses, with the operator's credentials. */
  readonly sdk: { readonly endpoint: string; readonly region: string; readonly credentials: Credentials };
  /** Looks up a running service of the cloud by name; throws when there is none. */
  service<T extends Service>(name: string): T;
  /** One line to the cloud's own log. Never a secret, never student data. */
  readonly log: (message: string) => void;
}

/** A service of the local cloud: same shape for each (`services/<name>/`). */
export interface Service {
  readonly name: string;
  readonly resources: readonly ResourceType[];
  readonly functions?: readonly FunctionType[];
  /** AWS API calls of this service that do not go to moto; `undefined` from the handler passes the call on. */
  readonly api?: {
    readonly service: string;
    /** For services with large bodies: other calls are streamed past the handler. `path` holds the query. */
    readonly concerns?: (call: { readonly method: string; readonly path: string }) => boolean;
    readonly handle: ApiHandler;
  };
  /** Told of every call of the AWS API that succeeded, whoever answered it. It delays the next one, so it returns at once. */
  onCall?(call: AnsweredCall): void;
  /** Brings what the account holds back to life: at first start there is nothing, after a restart everything is found again. */
  start?(cloud: Cloud): Promise<void>;
  /** Lets go of what lives inside the cloud's own process (listeners, timers). Child processes stay. */
  stop?(): Promise<void>;
}

/** Listens on loopback and resolves when bound. */
export async function listen(server: Server, port: number, host = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") {
        error.message =
          `Port ${port} on ${host} is refused (${error.code}): another program has it. End that program ` +
          "(ss -ltnp names it), or destroy the stack and deploy it again, which chooses other ports.";
      }
      reject(error);
    };
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
