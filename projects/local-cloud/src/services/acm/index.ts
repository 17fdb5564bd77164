import { randomUUID } from "node:crypto";
import type { Cloud, Service } from "../../cloud.ts";
import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";

const CERTIFICATE = "aws:acm/certificate:Certificate";
/** ACM's certificates last 13 months. */
const VALIDITY_DAYS = 395;
const DOMAIN = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** Certificates are issued at once; where TLS is served here, the stack's own authority signs. */
export function acmService(_cloud: Cloud): Service {
  return { name: "acm", resources: [certificate, certificateValidation] };
}

const domainsOf = (inputs: Properties): readonly string[] => [
  ...new Set([inputs.domainName, ...((inputs.subjectAlternativeNames ?? []) as string[])]),
];

const certificate = recordedType({
  token: CERTIFICATE,
  id: () => arn("acm", `certificate/${randomUUID()}`),
  arn: (_, id) => id,
  replaceOnChanges: [
    "domainName",
    "subjectAlternativeNames",
    "validationMethod",
    "keyAlgorithm",
    "certificateAuthorityArn",
    "validationOptions",
  ],
  computed: {
    domainValidationOptions: (inputs, id) =>
      domainsOf(inputs).map((domainName) => {
        const bare = domainName.replace(/^\*\./, "");
        return {
          domainName,
          resourceRecordName: `_${derivedHex(32, id, bare)}.${bare}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: `_${derivedHex(32, id, bare, "value")}.acm-validations.aws.`,
        };
      }),
    status: () => "ISSUED",
    type: () => "AMAZON_ISSUED",
    pendingRenewal: () => false,
    renewalEligibility: () => "INELIGIBLE",
    renewalSummaries: () => [],
    validationEmails: () => [],
    subjectAlternativeNames: domainsOf,
  },
  atCreation: {
    notBefore: () => new Date().toISOString(),
    notAfter: () => new Date(Date.now() + VALIDITY_DAYS * 86_400_000).toISOString(),
  },
  check: (inputs) =>
    failures((refuse) => {
      const { domainName, subjectAlternativeNames, validationMethod } = inputs;
      if (domainName === undefined)
        refuse(
          "domainName",
          "ValidationException: imported certificates are not served; name the domain in domainName",
        );
      if (known(domainName) && !DOMAIN.test(domainName))
        refuse("domainName", `ValidationException: "${domainName}" is no domain name`);
      if (known(subjectAlternativeNames)) {
        for (const name of subjectAlternativeNames) {
          if (known(name) && !DOMAIN.test(name))
            refuse("subjectAlternativeNames", `ValidationException: "${name}" is no domain name`);
        }
      }
      if (known(validationMethod) && validationMethod !== "DNS")
        refuse("validationMethod", `"${validationMethod}" is not served by the local cloud: DNS`);
    }),
});

const certificateValidation = recordedType({
  token: "aws:acm/certificateValidation:CertificateValidation",
  id: () => new Date().toISOString(),
  replaceOnChanges: ["certificateArn", "validationRecordFqdns"],
  conflict: (inputs, cloud) => {
    const issued = cloud.account.byId(CERTIFICATE, inputs.certificateArn);
    if (issued === undefined) return `ResourceNotFoundException: Could not find certificate ${inputs.certificateArn}.`;
    const fqdns = inputs.validationRecordFqdns as string[] | undefined;
    if (fqdns === undefined) return undefined;
    const bare = (name: string) => name.replace(/\.$/, "");
    const wanted = (issued.outputs.domainValidationOptions as { resourceRecordName: string }[]).map(
      ({ resourceRecordName }) => bare(resourceRecordName),
    );
    const absent = wanted.find((name) => !fqdns.map(bare).includes(name));
    return (
      absent && `certificate needs ${absent} to be set but only ${fqdns.join(", ")} was passed to validationRecordFqdns`
    );
  },
});
