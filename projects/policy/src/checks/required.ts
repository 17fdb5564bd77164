/** What each layer must declare (POL-32): a control does not count as failed because its resource is absent (TRAP-37). */

export interface Required {
  readonly type: string;
  /** At least as many. */
  readonly count: number;
  /** One of each, by the purpose in the physical name. */
  readonly purposes?: readonly string[];
  /** Made once per account: not in the stack of a pull request. */
  readonly baseline?: true;
  /** In staging and prod only. */
  readonly lasting?: true;
}

const some = (type: string, count = 1): Required => ({ type, count });
const once = (type: string, count = 1): Required => ({ type, count, baseline: true });
const each = (type: string, ...purposes: string[]): Required => ({ type, count: purposes.length, purposes });
const lasting = (type: string): Required => ({ type, count: 1, baseline: true, lasting: true });

const KEY_PURPOSES = [
  "database",
  "student-fields",
  "cache",
  "events",
  "files",
  "secrets",
  "audit",
  "logs",
  "compute",
  "backup",
  "signing",
];

export const REQUIRED: Readonly<Record<string, readonly Required[]>> = {
  security: [
    some("aws:kms/key:Key", KEY_PURPOSES.length),
    each("aws:kms/alias:Alias", ...KEY_PURPOSES),
    each("aws:s3/bucket:Bucket", "audit", "access-logs"),
    each("aws:sns/topic:Topic", "alerts", "security"),
    // The stack of a pull request works under dev's.
    { ...each("aws:iam/policy:Policy", "permission-boundary"), baseline: true },
    once("aws:cloudtrail/trail:Trail"),
    once("aws:cloudwatch/logMetricFilter:LogMetricFilter", 15),
    once("aws:cloudwatch/metricAlarm:MetricAlarm", 15),
    once("aws:cloudwatch/eventRule:EventRule", 6),
    once("aws:cfg/recorder:Recorder"),
    once("aws:cfg/deliveryChannel:DeliveryChannel"),
    once("aws:cfg/recorderStatus:RecorderStatus"),
    once("aws:cfg/conformancePack:ConformancePack"),
    once("aws:guardduty/detector:Detector"),
    once("aws:guardduty/publishingDestination:PublishingDestination"),
    once("aws:securityhub/account:Account"),
    once("aws:securityhub/standardsSubscription:StandardsSubscription", 3),
    once("aws:accessanalyzer/analyzer:Analyzer", 2),
    once("aws:inspector2/enabler:Enabler"),
    once("aws:iam/openIdConnectProvider:OpenIdConnectProvider"),
    once("aws:iam/accountPasswordPolicy:AccountPasswordPolicy"),
    once("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"),
    once("aws:ebs/encryptionByDefault:EncryptionByDefault"),
    once("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"),
    once("aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess"),
  ],
  network: [
    some("awsx:ec2:Vpc"),
    some("aws:ec2/flowLog:FlowLog", 2),
    some("aws:ec2/networkAcl:NetworkAcl", 3),
    some("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"),
    some("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"),
    some("aws:ec2/securityGroup:SecurityGroup", 12),
    some("aws:ec2/vpcEndpoint:VpcEndpoint"),
    some("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"),
    some("aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"),
    some("aws:route53/resolverFirewallRule:ResolverFirewallRule", 2),
    some("aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"),
    some("aws:route53/resolverFirewallConfig:ResolverFirewallConfig"),
    lasting("aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions"),
  ],
  data: [
    some("aws:rds/cluster:Cluster"),
    some("aws:rds/clusterInstance:ClusterInstance", 2),
    some("aws:rds/proxy:Proxy"),
    some("aws:elasticache/replicationGroup:ReplicationGroup"),
    some("aws:kinesis/stream:Stream"),
    some("aws:efs/fileSystem:FileSystem"),
    some("aws:efs/mountTarget:MountTarget", 2),
    some("aws:secretsmanager/secret:Secret"),
    some("aws:secretsmanager/secretPolicy:SecretPolicy"),
  ],
  compute: [
    some("aws:apigateway/restApi:RestApi"),
    some("aws:apigateway/stage:Stage"),
    some("aws:ecs/cluster:Cluster"),
    some("aws:ecs/service:Service", 2),
    some("aws:lb/loadBalancer:LoadBalancer"),
    some("aws:cognito/userPool:UserPool"),
    some("aws:lambda/function:Function"),
    some("aws:ecr/repository:Repository"),
  ],
};
