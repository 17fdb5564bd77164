/** What the pipeline of the network layer makes and changes: the VPC, its rules, names and flow logs. */
import type { Statement } from "@records/conventions";
import { ROLE_GRANTS, roleStatements } from "./roles.ts";
import { allow, arn, of, tagStatements, taggedOurs, taggingOurs, type CiScope } from "./scope.ts";
import { logDeliveryStatements, logGroupStatements } from "./shared.ts";

/** What EC2 makes, by the kind in its ARN. A new thing carries our tags from its first moment. */
const MADE = {
  "elastic-ip": "AllocateAddress",
  "internet-gateway": "CreateInternetGateway",
  natgateway: "CreateNatGateway",
  "network-acl": "CreateNetworkAcl",
  "route-table": "CreateRouteTable",
  "security-group": "CreateSecurityGroup",
  "security-group-rule": "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress",
  subnet: "CreateSubnet",
  vpc: "CreateVpc",
  "vpc-endpoint": "CreateVpcEndpoint",
  "vpc-flow-log": "CreateFlowLogs",
} as const;
type Kind = keyof typeof MADE;
const KINDS = Object.keys(MADE) as Kind[];

const ofKind = (scope: CiScope, kinds: readonly Kind[]): string[] =>
  kinds.map((kind) => arn(scope, "ec2", `${kind}/*`));

const made = (scope: CiScope): Statement[] =>
  KINDS.map((kind) =>
    allow(
      `Make${kind.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
      of("ec2", MADE[kind]),
      ofKind(scope, [kind]),
      taggingOurs(scope),
    ),
  );

/** Changing what is there, and building onto it: EC2 asks about every resource that a call names. */
function changed(scope: CiScope): Statement[] {
  return [
    allow(
      "ChangeWhatIsOurs",
      of(
        "ec2",
        `AssociateRouteTable AttachInternetGateway AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress
         CreateFlowLogs CreateNatGateway CreateNetworkAcl CreateNetworkAclEntry CreateRoute CreateRouteTable
         CreateSecurityGroup CreateSubnet CreateVpcEndpoint DeleteFlowLogs DeleteInternetGateway DeleteNatGateway
         DeleteNetworkAcl DeleteNetworkAclEntry DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSubnet
         DeleteVpc DeleteVpcEndpoints DetachInternetGateway DisassociateAddress DisassociateRouteTable
         ModifySecurityGroupRules ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress
         ReplaceNetworkAclAssociation ReplaceNetworkAclEntry ReplaceRoute ReplaceRouteTableAssociation
         RevokeSecurityGroupEgress RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsEgress
         UpdateSecurityGroupRuleDescriptionsIngress`,
      ),
      ofKind(scope, KINDS),
      { StringLike: { "ec2:ResourceTag/EnvironmentSuffix": [...scope.suffixes] } },
    ),
    // The default group and list of a VPC come untagged, and become ours by tagging them.
    ...tagStatements(scope, "Network", { tag: ["ec2:CreateTags"], untag: ["ec2:DeleteTags"] }, ofKind(scope, KINDS)),
    allow("NoPublicIngress", ["ec2:ModifyVpcBlockPublicAccessOptions"], "*"),
    // Private names of an endpoint live in a zone that AWS owns.
    allow("PrivateNames", ["route53:AssociateVPCWithHostedZone"], ["arn:aws:route53:::hostedzone/*"]),
  ];
}

function names(scope: CiScope): Statement[] {
  const resolver = (...kinds: string[]) => kinds.map((kind) => arn(scope, "route53resolver", `${kind}/*`));
  const ours = resolver(
    "firewall-domain-list",
    "firewall-rule-group",
    "firewall-rule-group-association",
    "resolver-query-log-config",
  );
  return [
    allow(
      "MakeNameRules",
      of(
        "route53resolver",
        `AssociateFirewallRuleGroup CreateFirewallDomainList CreateFirewallRuleGroup CreateResolverQueryLogConfig`,
      ),
      ours,
      taggingOurs(scope),
    ),
    allow(
      "ChangeNameRules",
      of(
        "route53resolver",
        `AssociateFirewallRuleGroup AssociateResolverQueryLogConfig CreateFirewallRule DeleteFirewallDomainList
         DeleteFirewallRule DeleteFirewallRuleGroup DeleteResolverQueryLogConfig DisassociateFirewallRuleGroup
         DisassociateResolverQueryLogConfig UpdateFirewallDomains UpdateFirewallRule
         UpdateFirewallRuleGroupAssociation`,
      ),
      ours,
      taggedOurs(scope),
    ),
    ...tagStatements(
      scope,
      "NameRules",
      { tag: ["route53resolver:TagResource"], untag: ["route53resolver:UntagResource"] },
      ours,
    ),
    // One per VPC, made with it and never tagged.
    allow("NamesWithoutFirewall", ["route53resolver:UpdateFirewallConfig"], resolver("firewall-config")),
  ];
}

export const networkApply = (scope: CiScope): Record<string, Statement[]> => ({
  making: made(scope),
  changing: changed(scope),
  names: [...names(scope), ...logGroupStatements(scope), ...logDeliveryStatements()],
  roles: roleStatements(scope, ROLE_GRANTS.network),
});
