/**
 * Every resource type the local cloud takes, and what that means. What is not here is refused by name.
 *
 * implemented  something lives on this machine: a process, an endpoint, a key, a file
 * recorded     the account keeps it, checks it as AWS would, and other resources rely on it; nothing runs
 */
export type Capability = "implemented" | "recorded";

export const capabilities: Readonly<Record<string, Capability>> = {
  "aws:acm/certificate:Certificate": "recorded",
  "aws:acm/certificateValidation:CertificateValidation": "recorded",
  "aws:appautoscaling/policy:Policy": "recorded",
  "aws:appautoscaling/target:Target": "recorded",
  "aws:cloudtrail/trail:Trail": "recorded",
  "aws:cloudwatch/dashboard:Dashboard": "recorded",
  "aws:cloudwatch/eventRule:EventRule": "recorded",
  "aws:cloudwatch/eventTarget:EventTarget": "recorded",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": "recorded",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "recorded",
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": "recorded",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "recorded",
  "aws:ec2/eip:Eip": "recorded",
  "aws:ec2/flowLog:FlowLog": "recorded",
  "aws:ec2/internetGateway:InternetGateway": "recorded",
  "aws:ec2/natGateway:NatGateway": "recorded",
  "aws:ec2/networkAcl:NetworkAcl": "recorded",
  "aws:ec2/networkAclRule:NetworkAclRule": "recorded",
  "aws:ec2/route:Route": "recorded",
  "aws:ec2/routeTable:RouteTable": "recorded",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "recorded",
  "aws:ec2/securityGroup:SecurityGroup": "recorded",
  "aws:ec2/subnet:Subnet": "recorded",
  "aws:ec2/vpc:Vpc": "recorded",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "recorded",
  "aws:iam/policy:Policy": "recorded",
  "aws:iam/role:Role": "recorded",
  "aws:iam/rolePolicy:RolePolicy": "recorded",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "recorded",
  "aws:route53/record:Record": "recorded",
  "aws:route53/zone:Zone": "recorded",
  "aws:sns/topic:Topic": "recorded",
  "aws:sns/topicPolicy:TopicPolicy": "recorded",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "recorded",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "recorded",
};
