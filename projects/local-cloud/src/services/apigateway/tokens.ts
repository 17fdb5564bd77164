/** Pulumi tokens of the types whose records the data plane reads. */
export const REST_API = "aws:apigateway/restApi:RestApi";
export const DEPLOYMENT = "aws:apigateway/deployment:Deployment";
export const STAGE = "aws:apigateway/stage:Stage";
export const METHOD_SETTINGS = "aws:apigateway/methodSettings:MethodSettings";
export const USAGE_PLAN = "aws:apigateway/usagePlan:UsagePlan";
export const USAGE_PLAN_KEY = "aws:apigateway/usagePlanKey:UsagePlanKey";
export const API_KEY = "aws:apigateway/apiKey:ApiKey";
export const DOMAIN_NAME = "aws:apigateway/domainName:DomainName";
export const BASE_PATH_MAPPING = "aws:apigateway/basePathMapping:BasePathMapping";
export const VPC_LINK = "aws:apigatewayv2/vpcLink:VpcLink";
