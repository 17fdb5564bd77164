import type { ResourceRule } from "../rule.ts";

/** Settings without which a connection or a store is open to readers on the way. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "aws:rds/proxy:Proxy": { requireTls: true },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    atRestEncryptionEnabled: true,
    automaticFailoverEnabled: true,
  },
  "aws:efs/fileSystem:FileSystem": { encrypted: true },
  "aws:kinesis/stream:Stream": { encryptionType: "KMS" },
};

export const encryptedStores: ResourceRule = {
  id: "POL-19",
  name: "encryption-of-stores",
  pins: "DATA-12, DATA-21, DATA-31, DATA-41",
  holds: "Proxy and cache take TLS only, the cache fails over, file system and stream are encrypted.",
  remedy: "Set the named property.",
  level: "mandatory",
  scope: "resource",
  types: Object.keys(SETTINGS),
  check: ({ type, props }) =>
    Object.entries(SETTINGS[type] ?? {}).map(
      ([property, wanted]) =>
        () =>
          props[property] !== wanted && `${property} is not ${String(wanted)}.`,
    ),
};

export const transitEncryption: ResourceRule = {
  id: "POL-23",
  name: "encryption-in-transit",
  pins: "COMP-14, COMP-27",
  holds: "Every connection to and behind the load balancer is TLS 1.2 or newer.",
  remedy: "Set the named property.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:lb/listener:Listener", "aws:lb/targetGroup:TargetGroup"],
  check: ({ type, props }) =>
    type === "aws:lb/listener:Listener"
      ? !/^ELBSecurityPolicy-TLS13-1-(3|2-Res)-/.test(String(props.sslPolicy)) &&
        `sslPolicy is ${String(props.sslPolicy)}.`
      : props.protocol !== "HTTPS" && `protocol is ${String(props.protocol)}.`,
};
