import type { Rule } from "../rule.ts";

export const noInlineRules: Rule = {
  name: "security-group-rules-apart",
  pins: "POL-16, NET-18, TRAP-12",
  holds: "Each edge of the reachability matrix is a resource of its own.",
  remedy: "Use vpc.SecurityGroupIngressRule and vpc.SecurityGroupEgressRule.",
  types: ["aws:ec2/securityGroup:SecurityGroup"],
  check: ({ props }) =>
    ["ingress", "egress"]
      .filter((side) => [props[side] ?? []].flat().length > 0)
      .map((side) => `The group has inline ${side} rules.`),
};

export const noCidrIngress: Rule = {
  name: "security-group-no-cidr-ingress",
  pins: "POL-16, NET-18",
  holds: "Whoever may come in is named as a security group, never as an address.",
  remedy: "Set referencedSecurityGroupId.",
  types: ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
  check: ({ props }) =>
    ["cidrIpv4", "cidrIpv6", "prefixListId"]
      .filter((property) => props[property])
      .map((property) => `${property} is ${String(props[property])}.`),
};

export const noPublicDoors: Rule = {
  name: "no-public-doors",
  pins: "POL-16, POL-24, COMP-29",
  holds: "Nothing of the platform has a public address; the gateway reaches the service by a VPC link V2 over TLS.",
  remedy: "Keep it internal: private subnets, internal load balancer on 443, apigatewayv2.VpcLink.",
  types: [
    "aws:apigateway/vpcLink:VpcLink",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/listener:Listener",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:ec2/subnet:Subnet",
  ],
  check: ({ type, props }) => {
    switch (type) {
      case "aws:apigateway/vpcLink:VpcLink":
        return ["A VPC link V1 reaches network load balancers only."];
      case "aws:lb/loadBalancer:LoadBalancer":
        return props.internal === true ? [] : ["The load balancer is public."];
      case "aws:lb/listener:Listener":
        return props.protocol === "HTTPS" && props.port === 443
          ? []
          : [`The listener is ${props.protocol} on ${props.port}.`];
      case "aws:ec2/subnet:Subnet":
        return props.mapPublicIpOnLaunch === true ? ["The subnet gives public addresses."] : [];
      default:
        return props.publiclyAccessible === false ? [] : ["publiclyAccessible is not false."];
    }
  },
};

export const transitEncryption: Rule = {
  name: "encryption-in-transit",
  pins: "POL-19, POL-23, DATA-12, DATA-21, COMP-27",
  holds: "Every connection is TLS 1.2 or newer.",
  remedy: "Set the named property.",
  types: [
    "aws:rds/proxy:Proxy",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:lb/listener:Listener",
    "aws:lb/targetGroup:TargetGroup",
    "aws:efs/fileSystem:FileSystem",
  ],
  check: ({ type, props }) => {
    switch (type) {
      case "aws:rds/proxy:Proxy":
        return props.requireTls === true ? [] : ["requireTls is not true."];
      case "aws:elasticache/replicationGroup:ReplicationGroup":
        return [
          ...(props.transitEncryptionEnabled === true ? [] : ["transitEncryptionEnabled is not true."]),
          ...(props.transitEncryptionMode === "required" ? [] : ["transitEncryptionMode is not required."]),
          ...(props.automaticFailoverEnabled === true ? [] : ["automaticFailoverEnabled is not true."]),
        ];
      case "aws:lb/listener:Listener":
        return /^ELBSecurityPolicy-TLS13-1-[23]-/.test(String(props.sslPolicy))
          ? []
          : [`sslPolicy is ${String(props.sslPolicy)}.`];
      case "aws:lb/targetGroup:TargetGroup":
        return props.protocol === "HTTPS" ? [] : [`protocol is ${String(props.protocol)}.`];
      default:
        return props.encrypted === true ? [] : ["encrypted is not true."];
    }
  },
};
