import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor, type Sizing } from "@records/conventions";
import type { Config } from "../config.ts";
import {
  CORE_ENDPOINTS,
  OTHER_ENDPOINTS,
  endpointPolicy,
  s3EndpointPolicy,
  type EndpointService,
} from "./endpoint-policies.ts";
import type { Network } from "./vpc.ts";

export interface EndpointsArgs {
  config: Config;
  network: Pick<Network, "vpcId" | "isolatedSubnetIds" | "innerRouteTableIds">;
  groupId: pulumi.Input<string>;
}

/** Ways to AWS APIs that do not leave the network. */
export class Endpoints extends pulumi.ComponentResource {
  /** By service; dots become hyphens. */
  readonly ids: Record<string, pulumi.Output<string>>;
  readonly s3PrefixListId: pulumi.Output<string>;

  constructor(name: string, { config, network, groupId }: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:network:Endpoints", name, {}, opts);
    const common = { vpcId: network.vpcId, tags: tagsFor({ classification: "internal", retention: "none" }) };
    const s3 = new aws.ec2.VpcEndpoint(
      "s3",
      {
        ...common,
        serviceName: `com.amazonaws.${config.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: network.innerRouteTableIds,
        policy: s3EndpointPolicy(config.accountId),
      },
      { parent: this },
    );
    const interfaces = interfaceEndpoints(config.sizing).map((service) => {
      const endpoint = new aws.ec2.VpcEndpoint(
        idOf(service),
        {
          ...common,
          serviceName: `com.amazonaws.${config.region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: network.isolatedSubnetIds,
          securityGroupIds: [groupId],
          policy: endpointPolicy(service, config.accountId),
        },
        { parent: this },
      );
      return [idOf(service), endpoint.id] as const;
    });
    this.ids = { s3: s3.id, ...Object.fromEntries(interfaces) };
    this.s3PrefixListId = s3.prefixListId;
    this.registerOutputs({ ids: this.ids });
  }
}

const idOf = (service: EndpointService): string => service.replaceAll(".", "-");

export function interfaceEndpoints(sizing: Pick<Sizing, "interfaceEndpoints">): readonly EndpointService[] {
  switch (sizing.interfaceEndpoints) {
    case "none":
      return [];
    case "core":
      return CORE_ENDPOINTS;
    case "all":
      return [...CORE_ENDPOINTS, ...OTHER_ENDPOINTS];
  }
}
