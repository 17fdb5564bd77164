import type { Cloud, Service } from "../cloud.ts";
import { stsService } from "./sts/index.ts";
import { kmsService } from "./kms/index.ts";
import { s3Service } from "./s3/index.ts";
import { sqsService } from "./sqs/index.ts";
import { logsService } from "./logs/index.ts";
import { iamService } from "./iam/index.ts";
import { ec2Service } from "./ec2/index.ts";
import { snsService } from "./sns/index.ts";
import { cloudwatchService } from "./cloudwatch/index.ts";
import { eventsService } from "./events/index.ts";
import { cloudtrailService } from "./cloudtrail/index.ts";
import { route53Service } from "./route53/index.ts";
import { acmService } from "./acm/index.ts";
import { appautoscalingService } from "./appautoscaling/index.ts";
import { secretsmanagerService } from "./secretsmanager/index.ts";
import { kinesisService } from "./kinesis/index.ts";
import { rdsService } from "./rds/index.ts";
import { elasticacheService } from "./elasticache/index.ts";
import { efsService } from "./efs/index.ts";
import { ecrService } from "./ecr/index.ts";
import { ecsService } from "./ecs/index.ts";
import { elbv2Service } from "./elbv2/index.ts";
import { cognitoService } from "./cognito/index.ts";
import { lambdaService } from "./lambda/index.ts";
import { apigatewayService } from "./apigateway/index.ts";
import { wafService } from "./wafv2/index.ts";
import { guarddutyService } from "./guardduty/index.ts";
import { securityhubService } from "./securityhub/index.ts";
import { cfgService } from "./cfg/index.ts";
import { accessanalyzerService } from "./accessanalyzer/index.ts";
import { inspector2Service } from "./inspector2/index.ts";
import { budgetsService } from "./budgets/index.ts";
import { route53resolverService } from "./route53resolver/index.ts";
import { syntheticsService } from "./synthetics/index.ts";
import { xrayService } from "./xray/index.ts";
import { backupService } from "./backup/index.ts";

/** Every AWS service the local cloud plays, in the order in which they come to life. One line each. */
export const services: readonly ((cloud: Cloud) => Service)[] = [
  stsService,
  kmsService,
  s3Service,
  sqsService,
  logsService,
  iamService,
  ec2Service,
  snsService,
  cloudwatchService,
  eventsService,
  cloudtrailService,
  route53Service,
  guarddutyService,
  securityhubService,
  cfgService,
  accessanalyzerService,
  inspector2Service,
  budgetsService,
  route53resolverService,
  xrayService,
  syntheticsService,
  acmService,
  appautoscalingService,
  secretsmanagerService,
  kinesisService,
  rdsService,
  elasticacheService,
  efsService,
  backupService,
  ecrService,
  elbv2Service,
  ecsService,
  cognitoService,
  lambdaService,
  wafService,
  apigatewayService,
];
