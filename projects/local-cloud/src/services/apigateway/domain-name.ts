import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { BASE_PATH_MAPPING, DOMAIN_NAME, REST_API, STAGE } from "./tokens.ts";

const CERTIFICATE = "aws:acm/certificate:Certificate";
const NAME = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** What an AWS Region calls the zone of its API Gateway's own names. */
const REGIONAL_ZONE_ID = "Z1UJRXOUMOOFQ8";
const ROUTING_MODES = ["BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"];

/** Each API of the account answers for the domain at its own port: who connects chooses it by name in the handshake. */
export const domainName = recordedType({
  token: DOMAIN_NAME,
  id: (inputs) => inputs.domainName as string,
  arn: (_, id) => `arn:aws:apigateway:${REGION}::/domainnames/${id}`,
  replaceOnChanges: ["domainName"],
  uniqueBy: ["domainName"],
  computed: {
    regionalDomainName: (_, id) => `d-${derivedHex(10, ACCOUNT_ID, id)}.execute-api.${REGION}.amazonaws.com`,
    regionalZoneId: () => REGIONAL_ZONE_ID,
    // Of edge and of private domains.
    cloudfrontDomainName: () => "",
    cloudfrontZoneId: () => "",
    domainNameId: () => "",
  },
  atCreation: { certificateUploadDate: () => new Date().toISOString() },
  check: checkDomainName,
  conflict: ({ domainName: name, regionalCertificateArn }, cloud) => {
    const certificate = cloud.account.byArn(regionalCertificateArn as string);
    if (certificate?.type !== CERTIFICATE)
      return `BadRequestException: Invalid certificate ARN: ${regionalCertificateArn}. Certificate must be in '${REGION}'.`;
    const names = [certificate.inputs.domainName, ...(certificate.inputs.subjectAlternativeNames ?? [])] as string[];
    return names.some((covering) => covers(covering, name as string))
      ? undefined
      : `BadRequestException: The domain name to be created is not covered by the provided certificate: ${name}`;
  },
});

function covers(covering: string, name: string): boolean {
  return covering === name || (covering.startsWith("*.") && name.replace(/^[^.]+/, "*") === covering);
}

export function checkDomainName(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { domainName: name, endpointConfiguration, securityPolicy, endpointAccessMode, routingMode } = inputs;
    if (known(name) && !NAME.test(name))
      refuse("domainName", `BadRequestException: "${name}" is no domain name in lower case`);
    const kind: unknown = endpointConfiguration?.types;
    if (typeof kind === "string" && kind !== "REGIONAL")
      refuse("endpointConfiguration", `the local cloud serves REGIONAL endpoints, not ${kind}`);
    if (inputs.regionalCertificateArn === undefined)
      refuse("regionalCertificateArn", "BadRequestException: a regional domain name needs a regional certificate");
    if (inputs.certificateArn !== undefined)
      refuse("certificateArn", "BadRequestException: certificateArn is for edge-optimized domain names");
    const enhanced = typeof securityPolicy === "string" && securityPolicy.startsWith("SecurityPolicy_");
    if (enhanced && endpointAccessMode === undefined)
      refuse("endpointAccessMode", `EndpointAccessMode is required with security policy ${securityPolicy}`);
    if (!enhanced && known(securityPolicy) && known(endpointAccessMode))
      refuse("endpointAccessMode", `EndpointAccessMode is not for the legacy security policy ${securityPolicy}`);
    if (enhanced && inputs.mutualTlsAuthentication !== undefined)
      refuse(
        "mutualTlsAuthentication",
        `BadRequestException: mutual TLS can not be enabled with security policy ${securityPolicy}`,
      );
    else if (inputs.mutualTlsAuthentication !== undefined)
      refuse("mutualTlsAuthentication", "client certificates are not asked for by the local cloud");
    if (known(routingMode) && !ROUTING_MODES.includes(routingMode))
      refuse(
        "routingMode",
        `BadRequestException: routing mode "${routingMode}" is none of ${ROUTING_MODES.join(", ")}`,
      );
    else if (known(routingMode) && routingMode !== "BASE_PATH_MAPPING_ONLY")
      refuse("routingMode", "the local cloud routes by base path only");
  });
}

export const basePathMapping = recordedType({
  token: BASE_PATH_MAPPING,
  id: ({ domainName: name, basePath }) => `${name}/${basePath ?? ""}`,
  replaceOnChanges: ["domainName", "domainNameId"],
  uniqueBy: ["domainName", "basePath"],
  check: ({ basePath }) =>
    known(basePath) && !/^[A-Za-z0-9$_.+!*'()-]{1,300}$/.test(basePath as string)
      ? [
          {
            property: "basePath",
            reason: `BadRequestException: API Gateway V1 doesn't support the slash character (/) in base path mappings, and few others: "${basePath}"`,
          },
        ]
      : [],
  conflict: ({ domainName: name, restApi, stageName }, cloud) => {
    if (cloud.account.byId(DOMAIN_NAME, name as string) === undefined)
      return "NotFoundException: Invalid domain name identifier specified";
    if (cloud.account.byId(REST_API, restApi as string) === undefined)
      return "BadRequestException: Invalid REST API identifier specified";
    const stages = cloud.account.ofType(STAGE).filter(({ inputs }) => inputs.restApi === restApi);
    return stageName === undefined || stages.some(({ inputs }) => inputs.stageName === stageName)
      ? undefined
      : "BadRequestException: Invalid stage identifier specified";
  },
});
