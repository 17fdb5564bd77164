/** Which table reads the calls of which service, by the name that signatures carry. */
import type { CallReader } from "../request.ts";
import { apigateway } from "./apigateway.ts";
import { cloudwatch } from "./cloudwatch.ts";
import { cognitoIdp } from "./cognito-idp.ts";
import { ecr } from "./ecr.ts";
import { elasticache } from "./elasticache.ts";
import { events } from "./events.ts";
import { kinesis } from "./kinesis.ts";
import { kms } from "./kms.ts";
import { lambda } from "./lambda.ts";
import { logs } from "./logs.ts";
import { rds } from "./rds.ts";
import { s3 } from "./s3.ts";
import { secretsmanager } from "./secretsmanager.ts";
import { sns } from "./sns.ts";
import { sqs } from "./sqs.ts";
import { sts } from "./sts.ts";
import { xray } from "./xray.ts";

export const CALL_READERS: Readonly<Record<string, CallReader>> = {
  ...{ apigateway, ecr, elasticache, events, kinesis, kms, lambda, logs, rds, s3, secretsmanager, sns, sqs, sts, xray },
  "cognito-idp": cognitoIdp,
  monitoring: cloudwatch,
};

/** For messages: where the row of an unknown call belongs. */
export function tableOf(service: string): string {
  const file = service === "monitoring" ? "cloudwatch" : service;
  return `projects/local-cloud/src/access/actions/${file}.ts`;
}
