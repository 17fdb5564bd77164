import { placeOf } from "../place.ts";
import type { ResourceRule } from "../rule.ts";

/** Resources of which an account has one: the closed list of OPS-10. */
const SINGLETONS: readonly string[] = [
  "aws:accessanalyzer/analyzer:Analyzer",
  "aws:apigateway/account:Account",
  "aws:cfg/conformancePack:ConformancePack",
  "aws:cfg/deliveryChannel:DeliveryChannel",
  "aws:cfg/recorder:Recorder",
  "aws:cfg/recorderStatus:RecorderStatus",
  "aws:cfg/rule:Rule",
  "aws:ebs/encryptionByDefault:EncryptionByDefault",
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
  "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
  "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
  "aws:ecs/accountSettingDefault:AccountSettingDefault",
  "aws:guardduty/detector:Detector",
  "aws:guardduty/detectorFeature:DetectorFeature",
  "aws:guardduty/publishingDestination:PublishingDestination",
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  "aws:iam/serviceLinkedRole:ServiceLinkedRole",
  "aws:inspector2/enabler:Enabler",
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  "aws:securityhub/account:Account",
  "aws:securityhub/standardsSubscription:StandardsSubscription",
  "aws:xray/encryptionConfig:EncryptionConfig",
];
const TRAIL = "aws:cloudtrail/trail:Trail";

export const noSingletons: ResourceRule = {
  id: "POL-33",
  name: "pull-request-no-singleton",
  pins: "OPS-10, SEC-35",
  holds: "A pull request's stack makes nothing of which the account has only one: it is dev's.",
  remedy: "Make it where config.accountBaseline is true only.",
  level: "mandatory",
  scope: "resource",
  types: [...SINGLETONS, TRAIL],
  check: ({ type, urn }) =>
    placeOf(urn).pullRequest &&
    (type === TRAIL
      ? "A pull request's stack has a trail of its own."
      : "The account has only one of it, and dev made it."),
};
