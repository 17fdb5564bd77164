/** The Pulumi resource provider of the local cloud: the gRPC service the engine finds by `PULUMI_DEBUG_PROVIDERS`. */
import * as grpc from "@grpc/grpc-js";
import definitions from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Cloud, Service } from "../cloud.ts";
import { createRegistry } from "../registry.ts";
import { configurationMethods } from "./configuration.ts";
import type { ProviderPurpose } from "./purpose.ts";
import { resourceMethods } from "./resource-methods.ts";

/** Property values of a deployment with large OpenAPI bodies pass the default limit of 4 MB. */
const MESSAGE_BYTES_MAX = 400 * 1024 * 1024;
/** Calls under way at the end may finish; an engine that keeps its connection open must not hold the process. */
const CLOSE_GRACE_MS = 2_000;

/** Serves the packages `aws` and `docker-build` on a loopback port, to every engine that asks. */
export async function serveProvider(
  cloud: Cloud,
  services: readonly Service[],
  purpose: ProviderPurpose = "deploys",
): Promise<{ port: number; close(): Promise<void> }> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  });
  server.addService(definitions.ResourceProviderService, {
    ...configurationMethods(cloud, purpose),
    ...resourceMethods(cloud, createRegistry(services), purpose),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => (server.forceShutdown(), resolve()), CLOSE_GRACE_MS);
        server.tryShutdown(() => (clearTimeout(timer), resolve()));
      }),
  };
}
