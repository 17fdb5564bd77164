/** What AWS asks IAM about when the compute layer's resources are created. */
import { ACCOUNT, arn, iamArn, making, on, passing, type Call, type Needs } from "./calls.ts";
import { EVENT_RULE_CALLS, FUNCTION_CALLS } from "./data-calls.ts";
import { BUCKET_CALLS, SHARED_CALLS } from "./security-calls.ts";

const gateway = (path: string) => `arn:aws:apigateway:us-east-1::${path}`;
const posted =
  (...paths: string[]): Needs =>
  () =>
    paths.flatMap((path) => making("apigateway", "POST", gateway(path)));
const gatewayTags = (): Call[] => making("apigateway", "PUT", gateway("/tags/arn%3Aaws%3Aapigateway"));
const pool = arn("cognito-idp", "userpool/us-east-1_AbCdEfGhI");
const balancer = (kind: string, name: string) => arn("elasticloadbalancing", `${kind}/${name}/50dc6c495c0c9188`);
const ours = { "lambda:FunctionArn": arn("lambda", "function:srs-prod-consumer-cache-invalidator") };
const mapping = arn("lambda", "event-source-mapping:12345678-1234-1234-1234-123456789012");
const target = arn("application-autoscaling", "scalable-target/0ec5abcd");
const ofEcs = { "application-autoscaling:service-namespace": "ecs" };
const firewallPart = (kind: string, name: string) =>
  arn("wafv2", `regional/${kind}/${name}/12345678-1234-1234-1234-123456789012`);
const service = (name: string): Call[] =>
  making("iam", "CreateServiceLinkedRole", iamArn(`role/aws-service-role/${name}.amazonaws.com/x`), {
    "iam:AWSServiceName": `${name}.amazonaws.com`,
  });

export const COMPUTE_CALLS: Readonly<Record<string, Needs>> = {
  ...SHARED_CALLS,
  ...BUCKET_CALLS,
  ...FUNCTION_CALLS,
  ...EVENT_RULE_CALLS,
  "aws:ecr/repository:Repository": (name, inputs) => [
    ...making("ecr", "CreateRepository TagResource", arn("ecr", `repository/${name}`)),
    ...(inputs.encryptionConfigurations as { kmsKey: string }[]).flatMap(({ kmsKey }) => [
      ...on("kms", "DescribeKey", kmsKey),
      ...on("kms", "CreateGrant", kmsKey, { "kms:GrantIsForAWSResource": "true" }),
    ]),
  ],
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": (_, inputs) =>
    on("ecr", "PutLifecyclePolicy", arn("ecr", `repository/${inputs.repository}`)),
  "aws:ecr/repositoryPolicy:RepositoryPolicy": (_, inputs) =>
    on("ecr", "SetRepositoryPolicy GetRepositoryPolicy", arn("ecr", `repository/${inputs.repository}`)),
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": () =>
    on("ecr", "PutRegistryScanningConfiguration GetRegistryScanningConfiguration", "*"),
  // A push.
  "awsx:ecr:Image": () => [
    ...on("ecr", "GetAuthorizationToken", "*"),
    ...on(
      "ecr",
      "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage BatchGetImage",
      arn("ecr", "repository/srs-prod-api"),
    ),
  ],
  "aws:ecs/cluster:Cluster": (name) => [
    ...making("ecs", "CreateCluster TagResource", arn("ecs", `cluster/${name}`)),
    ...service("ecs"),
  ],
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": (_, inputs) =>
    on("ecs", "PutClusterCapacityProviders", arn("ecs", `cluster/${inputs.clusterName}`)),
  "aws:ecs/taskDefinition:TaskDefinition": (name, inputs) => [
    ...making("ecs", "RegisterTaskDefinition TagResource", arn("ecs", `task-definition/${name}:1`)),
    ...passing(inputs.taskRoleArn, "ecs-tasks"),
    ...passing(inputs.executionRoleArn, "ecs-tasks"),
  ],
  "aws:ecs/service:Service": (name) =>
    making("ecs", "CreateService TagResource", arn("ecs", `service/srs-prod-platform/${name}`)),
  "aws:appautoscaling/target:Target": () => [
    ...making("application-autoscaling", "RegisterScalableTarget", target, ofEcs),
    ...making("application-autoscaling", "TagResource", target),
    ...service("ecs.application-autoscaling"),
  ],
  "aws:appautoscaling/scheduledAction:ScheduledAction": () =>
    on("application-autoscaling", "PutScheduledAction", target, ofEcs),
  "aws:appautoscaling/policy:Policy": () => on("application-autoscaling", "PutScalingPolicy", target, ofEcs),
  "aws:lb/loadBalancer:LoadBalancer": (name) => [
    ...making("elasticloadbalancing", "CreateLoadBalancer AddTags", balancer("loadbalancer/app", name)),
    ...on("elasticloadbalancing", "ModifyLoadBalancerAttributes", balancer("loadbalancer/app", name)),
    ...on("ec2", "DescribeSubnets DescribeSecurityGroups DescribeVpcs", "*"),
    ...service("elasticloadbalancing"),
  ],
  "aws:lb/targetGroup:TargetGroup": (name) => [
    ...making("elasticloadbalancing", "CreateTargetGroup AddTags", balancer("targetgroup", name)),
    ...on("elasticloadbalancing", "ModifyTargetGroupAttributes", balancer("targetgroup", name)),
  ],
  "aws:lb/listener:Listener": () => [
    ...on("elasticloadbalancing", "CreateListener", balancer("loadbalancer/app", "srs-prod-api")),
    ...making("elasticloadbalancing", "AddTags", balancer("listener/app/srs-prod-api", "50dc6c495c0c9188")),
    ...on("elasticloadbalancing", "ModifyListenerAttributes", balancer("listener/app/srs-prod-api", "50dc")),
  ],
  "aws:lb/listenerRule:ListenerRule": () => [
    ...on("elasticloadbalancing", "CreateRule", balancer("listener/app/srs-prod-api", "50dc6c495c0c9188")),
    ...making("elasticloadbalancing", "AddTags", balancer("listener-rule/app/srs-prod-api/50dc", "f2f7dc8efc522ab2")),
  ],
  "aws:acm/certificate:Certificate": () => [
    ...making("acm", "RequestCertificate", "*"),
    ...making("acm", "AddTagsToCertificate", arn("acm", "certificate/12345678-1234")),
  ],
  "aws:acm/certificateValidation:CertificateValidation": () =>
    on("acm", "DescribeCertificate", arn("acm", "certificate/12345678-1234")),
  "aws:route53/record:Record": (_, inputs) => [
    ...on("route53", "ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z0123456789ABC", {
      "route53:ChangeResourceRecordSetsRecordTypes": [String(inputs.type)],
    }),
    ...on("route53", "GetChange", "arn:aws:route53:::change/C0123456789ABC"),
  ],
  "aws:cognito/userPool:UserPool": () => [
    ...making("cognito-idp", "CreateUserPool", "*"),
    ...making("cognito-idp", "TagResource", pool),
    ...on("cognito-idp", "SetUserPoolMfaConfig DescribeUserPool", pool),
  ],
  "aws:cognito/userPoolDomain:UserPoolDomain": () => on("cognito-idp", "CreateUserPoolDomain", pool),
  "aws:cognito/resourceServer:ResourceServer": () => on("cognito-idp", "CreateResourceServer", pool),
  "aws:cognito/identityProvider:IdentityProvider": () =>
    on("cognito-idp", "CreateIdentityProvider DescribeIdentityProvider", pool),
  "aws:cognito/userPoolClient:UserPoolClient": () => on("cognito-idp", "CreateUserPoolClient", pool),
  "aws:apigatewayv2/vpcLink:VpcLink": () => [
    ...making("apigateway", "POST", gateway("/vpclinks")),
    ...gatewayTags(),
    ...service("ops.apigateway"),
  ],
  "aws:apigateway/account:Account": (_, inputs) => [
    ...on("apigateway", "PATCH", gateway("/account")),
    ...passing(inputs.cloudwatchRoleArn, "apigateway"),
  ],
  "aws:apigateway/restApi:RestApi": () => [
    ...making("apigateway", "POST", gateway("/restapis")),
    ...on("apigateway", "PUT PATCH GET", gateway("/restapis/abc123")),
    // The body brings the API's policy.
    ...on("apigateway", "UpdateRestApiPolicy", gateway("/restapis/abc123")),
    ...gatewayTags(),
  ],
  "aws:apigateway/deployment:Deployment": posted("/restapis/abc123/deployments"),
  "aws:apigateway/stage:Stage": posted("/restapis/abc123/stages"),
  "aws:apigateway/methodSettings:MethodSettings": () =>
    on("apigateway", "PATCH", gateway("/restapis/abc123/stages/v1")),
  "aws:apigateway/domainName:DomainName": (_, inputs) => [
    ...making("apigateway", "POST", gateway("/domainnames")),
    ...on("apigateway", "AddCertificateToDomain", gateway("/domainnames")),
    ...on("acm", "DescribeCertificate", String(inputs.regionalCertificateArn)),
    ...gatewayTags(),
  ],
  "aws:apigateway/basePathMapping:BasePathMapping": (_, inputs) =>
    on("apigateway", "POST GET", gateway(`/domainnames/${inputs.domainName}/basepathmappings`)),
  "aws:apigateway/apiKey:ApiKey": posted("/apikeys"),
  "aws:apigateway/usagePlan:UsagePlan": posted("/usageplans"),
  "aws:apigateway/usagePlanKey:UsagePlanKey": posted("/usageplans/abc123/keys"),
  "aws:wafv2/ipSet:IpSet": (name) => making("wafv2", "CreateIPSet TagResource", firewallPart("ipset", name)),
  "aws:wafv2/webAcl:WebAcl": (name) => [
    ...making("wafv2", "CreateWebACL TagResource", firewallPart("webacl", name)),
    ...on(
      "wafv2",
      "CreateWebACL",
      "arn:aws:wafv2:us-east-1:aws:regional/managedruleset/AWS/AWSManagedRulesCommonRuleSet",
    ),
    ...on("wafv2", "CreateWebACL", firewallPart("ipset", name.replace(/-api$/, "-blocked"))),
  ],
  "aws:wafv2/webAclAssociation:WebAclAssociation": (_, inputs) => [
    ...on("wafv2", "AssociateWebACL GetWebACLForResource", String(inputs.webAclArn)),
    ...on("wafv2", "AssociateWebACL", String(inputs.resourceArn)),
    ...on("apigateway", "SetWebACL", String(inputs.resourceArn)),
  ],
  // WAF asks CloudWatch Logs in the caller's name, and makes its role for delivery when the account has none.
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": (_, inputs) => [
    ...on("wafv2", "PutLoggingConfiguration", String(inputs.resourceArn)),
    ...on("logs", "CreateLogDelivery ListLogDeliveries PutResourcePolicy DescribeResourcePolicies", "*"),
    ...service("wafv2"),
  ],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": () => on("logs", "PutResourcePolicy", "*"),
  "aws:lambda/alias:Alias": (_, inputs) =>
    on("lambda", "CreateAlias", arn("lambda", `function:${inputs.functionName}`)),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (_, inputs) =>
    on("lambda", "PutFunctionEventInvokeConfig", arn("lambda", `function:${inputs.functionName}:${inputs.qualifier}`)),
  "aws:lambda/permission:Permission": (_, inputs) =>
    on("lambda", "AddPermission", arn("lambda", `function:${inputs.function}`)),
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": (_, inputs) =>
    on("lambda", "PutFunctionRecursionConfig", arn("lambda", `function:${inputs.functionName}`)),
  "aws:lambda/eventSourceMapping:EventSourceMapping": () => [
    ...making("lambda", "CreateEventSourceMapping", "*", ours),
    ...making("lambda", "TagResource", mapping),
    ...on("lambda", "GetEventSourceMapping", mapping, ours),
  ],
  "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": (_, inputs) =>
    on("logs", "PutDataProtectionPolicy", arn("logs", `log-group:${inputs.logGroupName}`)),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": (_, inputs) =>
    on("logs", "PutMetricFilter", arn("logs", `log-group:${inputs.logGroupName}`)),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": (_, inputs) =>
    making("cloudwatch", "PutCompositeAlarm TagResource", arn("cloudwatch", `alarm:${inputs.alarmName}`)),
  "aws:cloudwatch/dashboard:Dashboard": (_, inputs) =>
    on("cloudwatch", "PutDashboard GetDashboard", `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${inputs.dashboardName}`),
  "aws:xray/samplingRule:SamplingRule": (_, inputs) =>
    making("xray", "CreateSamplingRule TagResource", arn("xray", `sampling-rule/${inputs.ruleName}`)),
  "aws:xray/encryptionConfig:EncryptionConfig": (_, inputs) => [
    ...on("xray", "PutEncryptionConfig GetEncryptionConfig", "*"),
    ...on("kms", "DescribeKey", String(inputs.keyId), { "kms:ViaService": "xray.us-east-1.amazonaws.com" }),
    ...on("kms", "CreateGrant", String(inputs.keyId), {
      "kms:ViaService": "xray.us-east-1.amazonaws.com",
      "kms:GrantIsForAWSResource": "true",
    }),
  ],
  "aws:synthetics/canary:Canary": (name, inputs) => [
    ...making("synthetics", "CreateCanary", "*"),
    ...making("synthetics", "TagResource", arn("synthetics", `canary:${name}`)),
    ...on("synthetics", "StartCanary GetCanary", arn("synthetics", `canary:${name}`)),
    ...passing(inputs.executionRoleArn, "lambda"),
    // The function that runs the script, and the layer that holds it.
    ...on("lambda", "CreateFunction AddPermission PublishVersion", arn("lambda", `function:cwsyn-${name}-12345678`)),
    ...on("lambda", "PublishLayerVersion GetLayerVersion", arn("lambda", `layer:cwsyn-${name}-12345678`)),
  ],
};
