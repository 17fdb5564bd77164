import { derivedCapitalId, iamArn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";

/** The services whose role has a name that is known here; each names its own. */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  "access-analyzer.amazonaws.com": "AWSServiceRoleForAccessAnalyzer",
  "backup.amazonaws.com": "AWSServiceRoleForBackup",
  "cloudtrail.amazonaws.com": "AWSServiceRoleForCloudTrail",
  "config-conforms.amazonaws.com": "AWSServiceRoleForConfigConforms",
  "config.amazonaws.com": "AWSServiceRoleForConfig",
  "ecs.amazonaws.com": "AWSServiceRoleForECS",
  "ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
  "elasticache.amazonaws.com": "AWSServiceRoleForElastiCache",
  "elasticfilesystem.amazonaws.com": "AWSServiceRoleForAmazonElasticFileSystem",
  "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
  "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
  "inspector2.amazonaws.com": "AWSServiceRoleForAmazonInspector2",
  "malware-protection.guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDutyMalwareProtection",
  "ops.apigateway.amazonaws.com": "AWSServiceRoleForAPIGateway",
  "rds.amazonaws.com": "AWSServiceRoleForRDS",
  "route53resolver.amazonaws.com": "AWSServiceRoleForRoute53Resolver",
  "securityhub.amazonaws.com": "AWSServiceRoleForSecurityHub",
};
const SERVICE_LINKED_ROLE = "aws:iam/serviceLinkedRole:ServiceLinkedRole";

const pathOf = ({ awsServiceName }: Properties): string => `/aws-service-role/${awsServiceName}/`;
const nameOf = ({ awsServiceName, customSuffix }: Properties): string =>
  `${ROLE_NAMES[awsServiceName as string]}${customSuffix === undefined ? "" : `_${customSuffix}`}`;

export const serviceLinkedRole = recordedType({
  token: SERVICE_LINKED_ROLE,
  id: (inputs) => iamArn(`role${pathOf(inputs)}${nameOf(inputs)}`),
  arn: (_, id) => id,
  replaceOnChanges: ["awsServiceName", "customSuffix"],
  computed: { name: nameOf, path: pathOf, uniqueId: (_, id) => derivedCapitalId("AROA", 17, id) },
  atCreation: { createDate: () => new Date().toISOString() },
  check: ({ awsServiceName, description }) =>
    failures((refuse) => {
      if (known(awsServiceName) && !/^[a-z0-9.-]+\.amazonaws\.com$/.test(awsServiceName))
        refuse("awsServiceName", `InvalidInput: "${awsServiceName}" is no service principal`);
      else if (known(awsServiceName) && !(awsServiceName in ROLE_NAMES))
        refuse(
          "awsServiceName",
          `The local cloud does not know the name of the role of ${awsServiceName}: add it to services/iam/service-linked-role.ts.`,
        );
      if (known(description) && description.length > 1_000)
        refuse("description", "ValidationError: a description has up to 1000 characters");
    }),
  conflict: (inputs, cloud, self) =>
    cloud.account
      .ofType(SERVICE_LINKED_ROLE)
      .some((other) => other.id !== self?.id && nameOf(other.inputs) === nameOf(inputs))
      ? `InvalidInput: Service role name ${nameOf(inputs)} has been taken in this account, please try a different suffix.`
      : undefined,
});
