import type { ResourceRule } from "../rule.ts";
import { wrongSettings, type SettingsByType } from "./settings.ts";

/** Settings without which a connection or a store is open to readers on the way. */
const STORES: SettingsByType = {
  "aws:rds/proxy:Proxy": { exactly: { requireTls: true, debugLogging: false } },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    exactly: {
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
    },
    given: ["userGroupIds"],
  },
  // One zone is what an availability zone's name would make of it.
  "aws:efs/fileSystem:FileSystem": { exactly: { encrypted: true }, absent: ["availabilityZoneName"] },
  "aws:kinesis/stream:Stream": { exactly: { encryptionType: "KMS" } },
};

export const encryptedStores: ResourceRule = {
  id: "POL-19",
  name: "encryption-of-stores",
  pins: "DATA-12, DATA-21, DATA-31, DATA-41",
  holds:
    "Proxy and cache take TLS only, the cache fails over and knows its users, file system and stream are encrypted.",
  remedy: "Set the named property.",
  level: "mandatory",
  scope: "resource",
  types: Object.keys(STORES),
  check: (resource) => [
    wrongSettings(STORES, resource),
    () =>
      [resource.props.auths ?? []]
        .flat()
        .map(
          ({ clientPasswordAuthType }: { clientPasswordAuthType?: string }) =>
            clientPasswordAuthType !== "POSTGRES_SCRAM_SHA_256" &&
            "A login of the proxy is not proved by SCRAM (clientPasswordAuthType).",
        ),
  ],
};

const LISTENER = "aws:lb/listener:Listener";
/** The gateway's own, since 2025: TLS 1.3 and 1.2 with forward secrecy. */
const GATEWAY = {
  exactly: { securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", endpointAccessMode: "STRICT" },
};
const DOORS: SettingsByType = {
  "aws:lb/targetGroup:TargetGroup": { exactly: { protocol: "HTTPS" } },
  // A domain with another policy than its API negotiates by the API's (TRAP-30): both have the same.
  "aws:apigateway/restApi:RestApi": GATEWAY,
  "aws:apigateway/domainName:DomainName": GATEWAY,
};

export const transitEncryption: ResourceRule = {
  id: "POL-23",
  name: "encryption-in-transit",
  pins: "COMP-14, COMP-27, COMP-31, COMP-40",
  holds: "Every connection to the gateway, to the load balancer and behind it is TLS 1.2 or newer.",
  remedy: "Set the named property.",
  level: "mandatory",
  scope: "resource",
  types: [LISTENER, ...Object.keys(DOORS)],
  check: (resource) => [
    wrongSettings(DOORS, resource),
    resource.type === LISTENER &&
      (() =>
        !/^ELBSecurityPolicy-TLS13-1-(3|2-Res)-/.test(String(resource.props.sslPolicy)) &&
        `sslPolicy is ${String(resource.props.sslPolicy)}.`),
  ],
};
