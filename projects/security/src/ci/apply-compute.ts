/** What the pipeline of the compute layer makes and changes: what runs, and what stands before it. */
import type { Statement } from "@records/conventions";
import { ROLE_GRANTS, roleStatements } from "./roles.ts";
import { allow, arn, logGroups, named, of, tagStatements, taggedOurs, taggingOurs, type CiScope } from "./scope.ts";
import {
  alarmStatements,
  bucketStatements,
  functionStatements,
  keyUseStatements,
  logDeliveryStatements,
  logGroupStatements,
  queueStatements,
  ruleStatements,
} from "./shared.ts";

function containers(scope: CiScope): Statement[] {
  return [
    allow(
      "Images",
      of(
        "ecr",
        `CompleteLayerUpload CreateRepository DeleteLifecyclePolicy DeleteRepository DeleteRepositoryPolicy
         InitiateLayerUpload PutImage PutImageScanningConfiguration PutImageTagMutability PutLifecyclePolicy
         SetRepositoryPolicy TagResource UntagResource UploadLayerPart`,
      ),
      named(scope, "ecr", (name) => `repository/${name}`),
    ),
    allow("RegistryScanning", ["ecr:PutRegistryScanningConfiguration"], "*"),
    allow(
      "Services",
      of(
        "ecs",
        `CreateCluster CreateService DeleteCluster DeleteService PutClusterCapacityProviders RegisterTaskDefinition
         TagResource UntagResource UpdateCluster UpdateClusterSettings UpdateService`,
      ),
      named(
        scope,
        "ecs",
        (name) => `cluster/${name}`,
        (name) => `service/${name}`,
        (name) => `task-definition/${name}`,
      ),
    ),
    allow("RetireTasks", of("ecs", "DeregisterTaskDefinition PutAccountSettingDefault"), "*"),
    // A scalable target's ARN holds an id of AWS's.
    allow(
      "Elasticity",
      of(
        "application-autoscaling",
        `DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction
         RegisterScalableTarget`,
      ),
      [arn(scope, "application-autoscaling", "scalable-target/*")],
      { StringEquals: { "application-autoscaling:service-namespace": "ecs" } },
    ),
    allow("TagTargets", of("application-autoscaling", "TagResource UntagResource"), [
      arn(scope, "application-autoscaling", "scalable-target/*"),
    ]),
    allow(
      "Balancing",
      of(
        "elasticloadbalancing",
        `AddTags CreateListener CreateLoadBalancer CreateRule CreateTargetGroup DeleteListener DeleteLoadBalancer
         DeleteRule DeleteTargetGroup ModifyListener ModifyListenerAttributes ModifyLoadBalancerAttributes ModifyRule
         ModifyTargetGroup ModifyTargetGroupAttributes RemoveTags SetIpAddressType SetRulePriorities SetSecurityGroups
         SetSubnets`,
      ),
      named(
        scope,
        "elasticloadbalancing",
        (name) => `loadbalancer/app/${name}`,
        (name) => `listener/app/${name}`,
        (name) => `listener-rule/app/${name}`,
        (name) => `targetgroup/${name}`,
      ),
    ),
  ];
}

function edge(scope: CiScope): Statement[] {
  const certificates = [arn(scope, "acm", "certificate/*")];
  const gateway = (path: string) => `arn:aws:apigateway:${scope.region}::${path}`;
  const paths = ["apikeys", "domainnames", "restapis", "usageplans", "vpclinks"];
  const stages = gateway("/restapis/*/stages/*");
  return [
    allow("OrderCertificates", ["acm:RequestCertificate"], "*", taggingOurs(scope)),
    allow("Certificates", of("acm", "DeleteCertificate UpdateCertificateOptions"), certificates, taggedOurs(scope)),
    ...tagStatements(
      scope,
      "Certificates",
      { tag: ["acm:AddTagsToCertificate"], untag: ["acm:RemoveTagsFromCertificate"] },
      certificates,
    ),
    // The zone is the university's. Proofs of certificates and the service's own name, and no other kind of record.
    allow("Names", ["route53:ChangeResourceRecordSets"], ["arn:aws:route53:::hostedzone/*"], {
      "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME"] },
    }),
    // API Gateway knows verbs and paths instead of actions, and ids instead of names.
    allow("Gateway", of("apigateway", "DELETE PATCH POST PUT"), [
      gateway("/account"),
      gateway("/tags/*"),
      ...paths.flatMap((path) => [gateway(`/${path}`), gateway(`/${path}/*`)]),
    ]),
    allow("GatewayNames", of("apigateway", "AddCertificateToDomain RemoveCertificateFromDomain"), [
      gateway("/domainnames"),
      gateway("/domainnames/*"),
    ]),
    allow("GatewayPolicies", ["apigateway:UpdateRestApiPolicy"], [gateway("/restapis"), gateway("/restapis/*")]),
    allow("GuardStages", ["apigateway:SetWebACL", ...of("wafv2", "AssociateWebACL DisassociateWebACL")], [stages]),
    allow(
      "Firewall",
      of(
        "wafv2",
        `AssociateWebACL CreateIPSet CreateWebACL DeleteIPSet DeleteLoggingConfiguration DeleteWebACL
         PutLoggingConfiguration TagResource UntagResource UpdateIPSet UpdateWebACL`,
      ),
      named(
        scope,
        "wafv2",
        (name) => `regional/webacl/${name}`,
        (name) => `regional/ipset/${name}`,
      ),
    ),
    allow("FirewallManagedRules", of("wafv2", "CreateWebACL UpdateWebACL"), [
      `arn:aws:wafv2:${scope.region}:*:regional/managedruleset/*`,
    ]),
  ];
}

function signIn(scope: CiScope): Statement[] {
  const pools = [arn(scope, "cognito-idp", "userpool/*")];
  return [
    allow("MakePools", ["cognito-idp:CreateUserPool"], "*", taggingOurs(scope)),
    allow(
      "Pools",
      of(
        "cognito-idp",
        `AddCustomAttributes CreateIdentityProvider CreateResourceServer CreateUserPoolClient CreateUserPoolDomain
         DeleteIdentityProvider DeleteResourceServer DeleteUserPool DeleteUserPoolClient DeleteUserPoolDomain
         SetLogDeliveryConfiguration SetRiskConfiguration SetUserPoolMfaConfig UpdateIdentityProvider
         UpdateResourceServer UpdateUserPool UpdateUserPoolClient UpdateUserPoolDomain`,
      ),
      pools,
      taggedOurs(scope),
    ),
    ...tagStatements(scope, "Pools", { tag: ["cognito-idp:TagResource"], untag: ["cognito-idp:UntagResource"] }, pools),
  ];
}

function functions(scope: CiScope): Statement[] {
  const ours = { ArnLike: { "lambda:FunctionArn": named(scope, "lambda", (name) => `function:${name}`) } };
  const mappings = [arn(scope, "lambda", "event-source-mapping:*")];
  return [
    // The second takes up the credentials that this layer makes for campus systems.
    ...functionStatements(scope, ["migration:live", "rotation"]),
    allow("MakeMappings", ["lambda:CreateEventSourceMapping"], "*", ours),
    allow("Mappings", of("lambda", "DeleteEventSourceMapping UpdateEventSourceMapping"), mappings, ours),
    ...tagStatements(scope, "Mappings", { tag: ["lambda:TagResource"], untag: ["lambda:UntagResource"] }, mappings),
    ...queueStatements(scope),
    ...ruleStatements(scope),
    ...keyUseStatements(scope, ["compute"]),
    ...bucketStatements(scope),
  ];
}

function watching(scope: CiScope): Statement[] {
  const { suffixes, accountId } = scope;
  // Synthetics puts an id of its own behind the canary's name.
  const canaryLogs = named(scope, "logs", (name) => `log-group:/aws/lambda/cwsyn-${name}`);
  return [
    // API Gateway puts the API's id where our names have the suffix.
    ...logGroupStatements(scope, [arn(scope, "logs", "log-group:API-Gateway-Execution-Logs_*"), ...canaryLogs]),
    allow(
      "MaskAndCount",
      of("logs", "DeleteDataProtectionPolicy DeleteMetricFilter PutDataProtectionPolicy PutMetricFilter"),
      [...logGroups(scope), ...canaryLogs],
    ),
    ...logDeliveryStatements(),
    ...alarmStatements(scope),
    allow(
      "Dashboards",
      of("cloudwatch", "DeleteDashboards PutDashboard"),
      suffixes.map((suffix) => `arn:aws:cloudwatch::${accountId}:dashboard/srs-${suffix}-*`),
    ),
    allow(
      "Sampling",
      of("xray", "CreateSamplingRule DeleteSamplingRule TagResource UntagResource UpdateSamplingRule"),
      named(scope, "xray", (name) => `sampling-rule/${name}`),
    ),
    allow("EncryptTraces", ["xray:PutEncryptionConfig"], "*"),
    allow("MakeCanaries", ["synthetics:CreateCanary"], "*", taggingOurs(scope)),
    allow(
      "Canaries",
      of("synthetics", "DeleteCanary StartCanary StopCanary TagResource UntagResource UpdateCanary"),
      named(scope, "synthetics", (name) => `canary:${name}`),
    ),
    // Synthetics makes a function and a layer for each canary, in the caller's name.
    allow(
      "FunctionsOfCanaries",
      of(
        "lambda",
        `AddPermission CreateFunction DeleteFunction DeleteLayerVersion PublishLayerVersion PublishVersion
         RemovePermission UpdateFunctionCode UpdateFunctionConfiguration`,
      ),
      named(
        scope,
        "lambda",
        (name) => `function:cwsyn-${name}`,
        (name) => `layer:cwsyn-${name}`,
      ),
    ),
  ];
}

export const computeApply = (scope: CiScope): Record<string, Statement[]> => ({
  containers: containers(scope),
  edge: [...edge(scope), ...signIn(scope)],
  functions: functions(scope),
  watching: watching(scope),
  roles: roleStatements(scope, ROLE_GRANTS.compute),
});
