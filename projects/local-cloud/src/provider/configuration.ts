import { createRequire } from "node:module";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  CheckRequest,
  ConfigureRequest,
  DiffRequest,
  GetSchemaRequest,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { ACCOUNT_ID, REGION } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import { failures, known } from "../known.ts";
import type { CheckFailure, Properties } from "../resource-type.ts";
import { failureMessage } from "./check.ts";
import { diffInputs } from "./diff.ts";
import { unary } from "./unary.ts";
import { refuseForeignStack } from "./purpose.ts";
import type { ProviderPurpose } from "./purpose.ts";
import { decodeProperties } from "./wire-values.ts";

const { version } = createRequire(import.meta.url)("@pulumi/aws/package.json") as { version: string };

/** How the engine meets the provider: who it is, what it can do, for which stack and with which configuration. */
export function configurationMethods(cloud: Cloud, purpose: ProviderPurpose): UntypedServiceImplementation {
  return {
    handshake: unary((_: ProviderHandshakeRequest) => {
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    }),
    getPluginInfo: unary(() => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: unary((_: GetSchemaRequest) => {
      const response = new messages.GetSchemaResponse();
      // Programs bring the types with the SDK; nothing else asks for a schema here.
      response.setSchema(JSON.stringify({ name: "aws", version }));
      return response;
    }),
    checkConfig: unary((request: CheckRequest) => {
      refuseForeignStack(request.getUrn(), cloud.stack, purpose);
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      response.setFailuresList(
        configurationFailures(decodeProperties(request.getNews()).properties).map(failureMessage),
      );
      return response;
    }),
    diffConfig: unary((request: DiffRequest) => {
      const before = decodeProperties(request.getOldInputs() ?? request.getOlds()).properties;
      const after = decodeProperties(request.getNews()).properties;
      const { changes } = diffInputs({ replaceOnChanges: [] }, before, after);
      const response = new messages.DiffResponse();
      // Whatever the settings say, resources stay where they are: there is one account and one region.
      response.setChanges(
        changes.length > 0 ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE,
      );
      return response;
    }),
    configure: unary((request: ConfigureRequest) => {
      const urn = request.getUrn();
      if (urn !== undefined && urn !== "") refuseForeignStack(urn, cloud.stack, purpose);
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    // The engine that cancels is one of several: this process and the others' work go on.
    cancel: unary(() => new empty.Empty()),
    attach: unary(() => new empty.Empty()),
  };
}

/** The account and the region are what they are: a stack configured for others must not end up here. */
function configurationFailures(configuration: Properties): readonly CheckFailure[] {
  const { region } = configuration;
  const accounts = (property: string): readonly string[] | undefined => {
    const value: unknown = configuration[property];
    // The engine hands nested provider settings over as JSON text.
    return known(value)
      ? typeof value === "string"
        ? (JSON.parse(value) as string[])
        : (value as string[])
      : undefined;
  };
  return failures((refuse) => {
    if (known(region) && region !== REGION)
      refuse("region", `The local cloud has one region, ${REGION}; the stack is configured for ${region}.`);
    const allowed = accounts("allowedAccountIds");
    if (allowed !== undefined && !allowed.map(String).includes(ACCOUNT_ID)) {
      refuse(
        "allowedAccountIds",
        `AWS account ID not allowed: ${ACCOUNT_ID}, the local cloud's. The stack is meant for ${allowed.join(", ")}.`,
      );
    }
    if (accounts("forbiddenAccountIds")?.map(String).includes(ACCOUNT_ID)) {
      refuse("forbiddenAccountIds", `AWS account ID not allowed: ${ACCOUNT_ID}, the local cloud's.`);
    }
  });
}
