/** Outputs of what the compute stack makes, in AWS's form. */
import { createHash } from "node:crypto";

type Inputs = Readonly<Record<string, unknown>>;
interface Created {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

const REGION = "us-east-1";
const ACCOUNT_ID = "000000000000";
const hex = (name: string, length: number): string => createHash("sha256").update(name).digest("hex").slice(0, length);
const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;

export const computeCreators: Readonly<Record<string, (name: string, inputs: Inputs) => Created>> = {
  "aws:ecr/repository:Repository": (_name, inputs) => {
    const name = String(inputs.name);
    const repositoryUrl = `${ACCOUNT_ID}.dkr.ecr.${REGION}.amazonaws.com/${name}`;
    return { id: name, outputs: { repositoryUrl, arn: arn("ecr", `repository/${name}`) } };
  },
  "awsx:ecr:Image": (name, inputs) => ({
    id: "",
    outputs: { imageUri: `${String(inputs.repositoryUrl)}@sha256:${hex(name, 64)}` },
  }),
  "aws:acm/certificate:Certificate": (name, inputs) => {
    const certificate = arn("acm", `certificate/${hex(name, 8)}-0000-4000-8000-000000000000`);
    const proof = {
      domainName: inputs.domainName,
      resourceRecordName: `_${hex(name, 32)}.${String(inputs.domainName)}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${hex(`${name}2`, 32)}.acm-validations.aws.`,
    };
    return { id: certificate, outputs: { arn: certificate, domainValidationOptions: [proof] } };
  },
  "aws:route53/record:Record": (name, inputs) => ({
    id: name,
    outputs: { fqdn: String(inputs.name).replace(/\.$/, "") },
  }),
  "aws:lb/loadBalancer:LoadBalancer": (name, inputs) => {
    const arnSuffix = `app/${String(inputs.name)}/${hex(name, 16)}`;
    const id = arn("elasticloadbalancing", `loadbalancer/${arnSuffix}`);
    return { id, outputs: { arn: id, arnSuffix } };
  },
  "aws:lb/targetGroup:TargetGroup": (name, inputs) => {
    const arnSuffix = `targetgroup/${String(inputs.name)}/${hex(name, 16)}`;
    const id = arn("elasticloadbalancing", arnSuffix);
    return { id, outputs: { arn: id, arnSuffix } };
  },
  "aws:cognito/userPool:UserPool": (name) => {
    const id = `${REGION}_${hex(name, 9)}`;
    const endpoint = `cognito-idp.${REGION}.amazonaws.com/${id}`;
    return { id, outputs: { arn: arn("cognito-idp", `userpool/${id}`), endpoint } };
  },
  "aws:wafv2/webAcl:WebAcl": (name, inputs) => firewallPart("webacl", name, inputs),
  "aws:wafv2/ipSet:IpSet": (name, inputs) => firewallPart("ipset", name, inputs),
  "aws:apigateway/domainName:DomainName": (name, inputs) => ({
    id: String(inputs.domainName),
    outputs: {
      regionalDomainName: `d-${hex(name, 10)}.execute-api.${REGION}.amazonaws.com`,
      regionalZoneId: "Z1UJRXOUMOOFQ8",
    },
  }),
  "aws:synthetics/canary:Canary": (name, inputs) => {
    const id = String(inputs.name);
    return { id, outputs: { engineArn: arn("lambda", `function:cwsyn-${id}-${hex(name, 8)}:1`) } };
  },
  "aws:apigatewayv2/vpcLink:VpcLink": (name) => ({ id: hex(name, 6), outputs: {} }),
  "aws:apigateway/restApi:RestApi": (name) => ({ id: hex(name, 10), outputs: {} }),
  "aws:apigateway/stage:Stage": (name, inputs) => ({
    id: `ags-${name}`,
    outputs: {
      arn: `arn:aws:apigateway:${REGION}::/restapis/${String(inputs.restApi)}/stages/${String(inputs.stageName)}`,
      invokeUrl: `https://${String(inputs.restApi)}.execute-api.${REGION}.amazonaws.com/${String(inputs.stageName)}`,
    },
  }),
};

function firewallPart(kind: string, name: string, inputs: Inputs): Created {
  const id = `${hex(name, 8)}-0000-4000-8000-000000000000`;
  return { id, outputs: { arn: arn("wafv2", `regional/${kind}/${String(inputs.name)}/${id}`) } };
}
