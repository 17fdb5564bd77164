import type { ResourceRule } from "../rule.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ADDRESSES = ["cidrIpv4", "cidrIpv6"] as const;

export const noInlineRules: ResourceRule = {
  id: "POL-16",
  name: "security-group-rules-apart",
  pins: "NET-17, NET-18, TRAP-12",
  holds: "Each edge of the reachability matrix is a resource of its own, and the default group has none.",
  remedy: "Use vpc.SecurityGroupIngressRule and vpc.SecurityGroupEgressRule.",
  level: "mandatory",
  scope: "resource",
  types: [GROUP, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"],
  check: ({ type, props }) =>
    type === "aws:ec2/securityGroupRule:SecurityGroupRule"
      ? "A rule of the old kind changes its group's inline rules."
      : ["ingress", "egress"].map(
          (side) => () => [props[side] ?? []].flat().length > 0 && `The group has inline ${side} rules.`,
        ),
};

export const noCidrIngress: ResourceRule = {
  id: "POL-16",
  name: "security-group-no-cidr-ingress",
  pins: "NET-18",
  holds: "Whoever may come in is named as a security group, never as an address.",
  remedy: "Set referencedSecurityGroupId.",
  level: "mandatory",
  scope: "resource",
  types: [INGRESS],
  check: ({ props }) =>
    [...ADDRESSES, "prefixListId"].map(
      (property) => () => props[property] !== undefined && `${property} is ${String(props[property])}.`,
    ),
};

export const noCidrEgress: ResourceRule = {
  id: "POL-16",
  name: "security-group-no-cidr-egress",
  pins: "NET-18, NET-33",
  holds: "Whoever is reached is named as a security group or a prefix list, not as an address.",
  remedy: "Set referencedSecurityGroupId or prefixListId, or agree on an exception.",
  level: "mandatory",
  scope: "resource",
  types: [EGRESS],
  check: ({ props }) =>
    ADDRESSES.map((property) => () => props[property] !== undefined && `${property} is ${String(props[property])}.`),
};

export const singlePortRules: ResourceRule = {
  id: "POL-16",
  name: "security-group-single-port",
  pins: "NET-18",
  holds: "A rule opens one TCP port and says what for.",
  remedy: "Set ipProtocol: tcp, fromPort and toPort to the one port, and a description.",
  level: "mandatory",
  scope: "resource",
  types: [INGRESS, EGRESS],
  check: ({ props }) => [
    () => props.ipProtocol !== "tcp" && `ipProtocol is ${String(props.ipProtocol)}.`,
    () =>
      (props.fromPort === undefined || props.fromPort !== props.toPort) &&
      `It opens the ports ${String(props.fromPort)} to ${String(props.toPort)}.`,
    () => !props.description && "It has no description.",
  ],
};

/** Where a type would give a public address, and the only value that does not. */
const PUBLIC_ADDRESSES: Readonly<Record<string, readonly (readonly [property: string, private_: boolean])[]>> = {
  "aws:ec2/instance:Instance": [["associatePublicIpAddress", false]],
  "aws:ec2/subnet:Subnet": [["mapPublicIpOnLaunch", false]],
  "aws:lb/loadBalancer:LoadBalancer": [["internal", true]],
  "aws:rds/clusterInstance:ClusterInstance": [["publiclyAccessible", false]],
};

export const noPublicAddresses: ResourceRule = {
  id: "POL-16",
  name: "no-public-addresses",
  pins: "NET-10, NET-18, COMP-15, DATA-10",
  holds:
    "Nothing of the platform has a public address; NAT gateways alone have one, and nobody reaches in through them.",
  remedy: "Set the named property; public subnets hold nothing but NAT gateways.",
  level: "mandatory",
  scope: "resource",
  types: [...Object.keys(PUBLIC_ADDRESSES), "aws:ecs/service:Service"],
  check: ({ type, props }) =>
    type === "aws:ecs/service:Service"
      ? () =>
          (props.networkConfiguration as { assignPublicIp?: boolean } | undefined)?.assignPublicIp === true &&
          "networkConfiguration.assignPublicIp is true."
      : (PUBLIC_ADDRESSES[type] ?? []).map(
          ([property, wanted]) =>
            () =>
              props[property] !== wanted && `${property} is not ${wanted}.`,
        ),
};

export const noPublicDoors: ResourceRule = {
  id: "POL-24",
  name: "no-public-doors",
  pins: "COMP-29",
  holds: "The gateway reaches the service by a VPC link V2, over TLS, through a load balancer that is not public.",
  remedy: "Keep it internal: internal load balancer, listener HTTPS on 443, apigatewayv2.VpcLink.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:apigateway/vpcLink:VpcLink", "aws:lb/loadBalancer:LoadBalancer", "aws:lb/listener:Listener"],
  check: ({ type, props }) => {
    switch (type) {
      case "aws:apigateway/vpcLink:VpcLink":
        return "A VPC link V1 reaches network load balancers only.";
      case "aws:lb/loadBalancer:LoadBalancer":
        return props.internal !== true && "The load balancer is public.";
      default:
        return (
          (props.protocol !== "HTTPS" || props.port !== 443) &&
          `The listener is ${String(props.protocol)} on ${String(props.port)}.`
        );
    }
  },
};
