/** What AWS asks IAM about when the network layer's resources are created. */
import { arn, iamArn, making, on, passing, type Call, type Needs } from "./calls.ts";
import { SHARED_CALLS } from "./security-calls.ts";

const ec2 = (kind: string) => arn("ec2", `${kind}/x-0123456789abcdef0`);
/** EC2 tags what it makes in the same call, and asks about the tagging as well. */
const made = (action: string, kind: string, ...existing: string[]): Call[] => [
  ...making("ec2", action, ec2(kind)),
  ...making("ec2", "CreateTags", ec2(kind), { "ec2:CreateAction": action }),
  ...existing.flatMap((each) => on("ec2", action, ec2(each))),
];
const resolver = (kind: string) => arn("route53resolver", `${kind}/rslvr-0123456789abcdef0`);
const resolverMade = (action: string, kind: string): Call[] =>
  making("route53resolver", `${action} TagResource`, resolver(kind));
const delivery = (): Call[] =>
  on("logs", "CreateLogDelivery PutResourcePolicy DescribeResourcePolicies DescribeLogGroups", "*");

export const NETWORK_CALLS: Readonly<Record<string, Needs>> = {
  ...SHARED_CALLS,
  // The children that the component makes.
  "awsx:ec2:Vpc": () => [
    ...made("CreateVpc", "vpc"),
    ...on("ec2", "ModifyVpcAttribute DescribeVpcs DescribeVpcAttribute", ec2("vpc")),
    ...made("CreateSubnet", "subnet", "vpc"),
    ...on("ec2", "ModifySubnetAttribute", ec2("subnet")),
    ...made("CreateInternetGateway", "internet-gateway"),
    ...["internet-gateway", "vpc"].flatMap((kind) => on("ec2", "AttachInternetGateway", ec2(kind))),
    ...made("AllocateAddress", "elastic-ip"),
    ...made("CreateNatGateway", "natgateway", "subnet", "elastic-ip"),
    ...made("CreateRouteTable", "route-table", "vpc"),
    ...["route-table", "subnet"].flatMap((kind) => on("ec2", "AssociateRouteTable", ec2(kind))),
    ...on("ec2", "CreateRoute", ec2("route-table")),
    ...on("ec2", "DescribeAvailabilityZones", "*"),
  ],
  "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions": () =>
    on("ec2", "ModifyVpcBlockPublicAccessOptions", "*"),
  "aws:ec2/securityGroup:SecurityGroup": () => [
    ...made("CreateSecurityGroup", "security-group", "vpc"),
    ...on("ec2", "RevokeSecurityGroupEgress", ec2("security-group")),
  ],
  // Made by AWS with the VPC, without tags: tagged first, emptied then.
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": () => [
    ...making("ec2", "CreateTags", ec2("security-group")),
    ...on("ec2", "RevokeSecurityGroupIngress RevokeSecurityGroupEgress", ec2("security-group")),
  ],
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": () => [
    ...making("ec2", "CreateTags", ec2("network-acl")),
    ...on("ec2", "DeleteNetworkAclEntry", ec2("network-acl")),
  ],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": () =>
    made("AuthorizeSecurityGroupIngress", "security-group-rule", "security-group"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": () =>
    made("AuthorizeSecurityGroupEgress", "security-group-rule", "security-group"),
  "aws:ec2/networkAcl:NetworkAcl": () => [
    ...made("CreateNetworkAcl", "network-acl", "vpc"),
    ...["network-acl", "subnet"].flatMap((kind) => on("ec2", "ReplaceNetworkAclAssociation", ec2(kind))),
  ],
  "aws:ec2/networkAclRule:NetworkAclRule": () => on("ec2", "CreateNetworkAclEntry", ec2("network-acl")),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (_, { vpcEndpointType }) => [
    ...made("CreateVpcEndpoint", "vpc-endpoint", "vpc"),
    ...(vpcEndpointType === "Interface"
      ? [
          ...["subnet", "security-group"].flatMap((kind) => on("ec2", "CreateVpcEndpoint", ec2(kind))),
          ...on("route53", "AssociateVPCWithHostedZone", "arn:aws:route53:::hostedzone/Z0123456789ABC"),
        ]
      : on("ec2", "CreateVpcEndpoint", ec2("route-table"))),
  ],
  "aws:ec2/flowLog:FlowLog": (_, { iamRoleArn }) => [
    ...made("CreateFlowLogs", "vpc-flow-log", "vpc"),
    ...(iamRoleArn ? passing(iamRoleArn, "vpc-flow-logs") : on("logs", "CreateLogDelivery", "*")),
  ],
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": () =>
    resolverMade("CreateFirewallRuleGroup", "firewall-rule-group"),
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": () => [
    ...resolverMade("CreateFirewallDomainList", "firewall-domain-list"),
    ...on("route53resolver", "UpdateFirewallDomains", resolver("firewall-domain-list")),
  ],
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": () =>
    ["firewall-rule-group", "firewall-domain-list"].flatMap((kind) =>
      on("route53resolver", "CreateFirewallRule", resolver(kind)),
    ),
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": () =>
    on("route53resolver", "UpdateFirewallConfig", resolver("firewall-config")),
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": () =>
    resolverMade("AssociateFirewallRuleGroup", "firewall-rule-group-association"),
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": () => [
    ...resolverMade("CreateResolverQueryLogConfig", "resolver-query-log-config"),
    ...delivery(),
    ...making("iam", "CreateServiceLinkedRole", iamArn("role/aws-service-role/route53resolver.amazonaws.com/x"), {
      "iam:AWSServiceName": "route53resolver.amazonaws.com",
    }),
  ],
  "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": () =>
    on("route53resolver", "AssociateResolverQueryLogConfig", resolver("resolver-query-log-config")),
};
