import type { IncomingMessage, ServerResponse } from "node:http";
import type { AnsweredCall, ApiHandler, Cloud, Service } from "../cloud.ts";
import { listen } from "../cloud.ts";
import { CallSources } from "./call-sources.ts";
import { ContainerCredentials, CREDENTIALS_PATH } from "./container-credentials.ts";
import { faultResponse } from "./errors.ts";
import { send, serveCall } from "./front.ts";
import { moto } from "./moto.ts";
import { MotoProxy } from "./moto-proxy.ts";
import { TwoVersionServer } from "./two-version-server.ts";

/** The AWS API of the account: `cloud.service<AwsApi>("aws-api")`. */
export interface AwsApi extends Service {
  /** `AWS_CONTAINER_CREDENTIALS_FULL_URI` of a task with this role. */
  containerCredentialsUrl(roleArn: string): string;
  /** What moto held is gone, so the stack on it cannot be mended, only begun anew. */
  readonly motoLostMemory: boolean;
}

export interface AwsApiOptions {
  readonly port: number;
  readonly motoPort: number;
  /** Starts moto with the front, or not before the first call that needs it. */
  readonly startMoto: "at once" | "on demand";
  /** All services of the cloud; read at each call, because they are made after this one. */
  readonly services: () => readonly Service[];
}

export function awsApiService(cloud: Cloud, options: AwsApiOptions): AwsApi {
  const backend = moto(cloud, options.motoPort);
  const proxy = new MotoProxy(options.motoPort);
  const containerCredentials = new ContainerCredentials(cloud.credentials);
  const sources = new CallSources(cloud.network);
  const parts = {
    credentials: cloud.credentials,
    sources,
    access: cloud.access,
    containerCredentials,
    proxy,
    motoReady: () => backend.start(),
    log: (message: string) => cloud.log(message),
    onCall: (call: AnsweredCall) => options.services().forEach((service) => service.onCall?.(call)),
    handlersOf: (service: string, call: { method: string; path: string }): readonly ApiHandler[] =>
      options
        .services()
        .flatMap(({ api }) => (api?.service === service && api.concerns?.(call) !== false ? [api.handle] : [])),
  };
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    serveCall(parts, incoming, outgoing).catch((error: unknown) => {
      cloud.log(`AWS API call failed: ${(error as Error).stack ?? String(error)}`);
      const message = "The local cloud failed to serve this call; its log says why (cloud.log).";
      if (outgoing.headersSent) outgoing.destroy();
      else send(outgoing, faultResponse("json", { code: "InternalFailure", message, status: 500 }));
    });
  };
  const server = new TwoVersionServer(serve, (socket) => sources.accept(socket));

  return {
    name: "aws-api",
    resources: [],
    get motoLostMemory() {
      return backend.lostMemory;
    },
    containerCredentialsUrl: (roleArn) =>
      cloud.awsEndpointUrl + CREDENTIALS_PATH + containerCredentials.tokenFor(roleArn),
    async start() {
      await listen(server.listener, options.port);
      if (options.startMoto === "at once") await backend.start();
    },
    async stop() {
      await server.close();
      proxy.close();
    },
  };
}
