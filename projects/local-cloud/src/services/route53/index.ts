import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import { derivedHex, newCapitalId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";

const ZONE = "aws:route53/zone:Zone";
const RECORD = "aws:route53/record:Record";
const DNS_NAME = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?$/i;
const TYPES = "A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT".split(" ");

/** Zones and records are recorded and checked: nothing answers a DNS question here. */
export function route53Service(_cloud: Cloud): Service {
  return { name: "route53", resources: [zone, record] };
}

const nameServers = (id: string): readonly string[] =>
  ["com", "net", "org", "co.uk"].map(
    (domain, index) =>
      `ns-${(parseInt(derivedHex(4, id, domain), 16) % 512) + index * 512}.awsdns-${String(index + 10)}.${domain}`,
  );

const zone = recordedType({
  token: ZONE,
  id: () => newCapitalId("Z", 20),
  arn: (_, id) => `arn:aws:route53:::hostedzone/${id}`,
  replaceOnChanges: ["name", "delegationSetId"],
  computed: {
    zoneId: (_, id) => id,
    nameServers: (_, id) => nameServers(id),
    primaryNameServer: (_, id) => nameServers(id)[0],
  },
  check: (inputs) =>
    failures((refuse) => {
      if (known(inputs.name) && !DNS_NAME.test(inputs.name))
        refuse("name", `InvalidDomainName: "${inputs.name}" is no domain name`);
    }),
  conflict: (inputs, cloud) => {
    const absent = ((inputs.vpcs ?? []) as { vpcId: string }[]).find(
      ({ vpcId }) => cloud.account.byId("aws:ec2/vpc:Vpc", vpcId) === undefined,
    );
    return (
      absent &&
      `InvalidVPCId: The VPC: ${absent.vpcId} you provided is not authorized to make the association or does not exist.`
    );
  },
  inUse: ({ id, inputs }, cloud) =>
    inputs.forceDestroy !== true && cloud.account.ofType(RECORD).some((other) => other.inputs.zoneId === id)
      ? "HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be deleted."
      : undefined,
});

const record = recordedType({
  token: RECORD,
  id: (inputs) =>
    `${inputs.zoneId}_${inputs.name}_${inputs.type}${inputs.setIdentifier === undefined ? "" : `_${inputs.setIdentifier}`}`,
  replaceOnChanges: ["zoneId", "name", "type", "setIdentifier"],
  computed: { fqdn: (inputs) => String(inputs.name).replace(/\.$/, "") },
  uniqueBy: ["zoneId", "name", "type", "setIdentifier"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, type, records, ttl } = inputs;
      if (known(name) && !DNS_NAME.test(name)) refuse("name", `InvalidInput: "${name}" is no domain name`);
      if (known(type) && !TYPES.includes(type)) refuse("type", `InvalidInput: "${type}" is no record type`);
      if ((inputs.records === undefined) === (inputs.aliases === undefined))
        refuse("records", "InvalidInput: a record has records or aliases, exactly one of them");
      if (inputs.records !== undefined && inputs.ttl === undefined)
        refuse("ttl", "InvalidInput: a record with records needs a ttl");
      if (known(ttl) && ttl < 0) refuse("ttl", `InvalidInput: ttl ${ttl} is negative`);
      if (type === "CNAME" && known(records) && records.length > 1)
        refuse("records", "InvalidChangeBatch: a CNAME has one value");
    }),
  conflict: (inputs, cloud, self) => {
    const owner = cloud.account.byId(ZONE, inputs.zoneId);
    if (owner === undefined) return unknownZone(inputs.zoneId);
    const bare = (name: string) => name.replace(/\.$/, "").toLowerCase();
    const zoneName = bare(owner.inputs.name);
    const name = bare(inputs.name);
    if (name !== zoneName && !name.endsWith(`.${zoneName}`))
      return `InvalidChangeBatch: RRSet with DNS name ${name}. is not permitted in zone ${zoneName}.`;
    return self === undefined &&
      inputs.setIdentifier === undefined &&
      inputs.allowOverwrite !== true &&
      cloud.account.ofType(RECORD).some((other) => sameSet(other.inputs, inputs))
      ? `InvalidChangeBatch: Tried to create resource record set [name='${name}.', type='${inputs.type}'] but it already exists.`
      : undefined;
  },
});

function sameSet(a: Properties, b: Properties): boolean {
  return ["zoneId", "name", "type"].every((property) => a[property] === b[property]);
}

/** A zone that no program made here is taken as given: a domain is usually delegated once, by hand, outside the stacks. */
function unknownZone(zoneId: string): string | undefined {
  if (/^Z[A-Z0-9]{1,31}$/.test(zoneId)) return undefined;
  return `NoSuchHostedZone: No hosted zone found with ID: ${zoneId} in account ${ACCOUNT_ID}.`;
}
