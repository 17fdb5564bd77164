import type { DataContract } from "../stacks/data.ts";
import { arnIn, hexId, type Place } from "./place.ts";

export function dataExample(place: Place): DataContract {
  const { accountId, region, suffix } = place;
  const arn = arnIn(place);
  const consumer = (name: string) =>
    arn("kinesis", `stream/srs-${suffix}-student-events/consumer/srs-${suffix}-${name}:1700000000`);
  const queue = (name: string) => ({
    arn: arn("sqs", `srs-${suffix}-${name}-dlq`),
    url: `https://sqs.${region}.amazonaws.com/${accountId}/srs-${suffix}-${name}-dlq`,
  });
  const client = (system: string) => arn("secretsmanager", `secret:srs/${suffix}/clients/${system}-AbCdEf`);
  const archive = `srs-${suffix}-archive-${accountId}`;
  return {
    database: {
      clusterIdentifier: `srs-${suffix}-records`,
      clusterArn: arn("rds", `cluster:srs-${suffix}-records`),
      clusterResourceId: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
      name: "records",
      directEndpoint: "127.0.0.1",
      port: 41001,
      proxyEndpoint: "127.0.0.1",
      proxyPort: 41002,
      proxyReadEndpoint: "127.0.0.1",
      proxyReadPort: 41003,
      proxyName: `srs-${suffix}-records-proxy`,
    },
    secretArns: {
      dbAppA: arn("secretsmanager", `secret:srs/${suffix}/db/app-a-AbCdEf`),
      dbAppB: arn("secretsmanager", `secret:srs/${suffix}/db/app-b-AbCdEf`),
      dbMaster: arn("secretsmanager", "secret:rds!cluster-0a1b2c3d-AbCdEf"),
      cacheApi: arn("secretsmanager", `secret:srs/${suffix}/cache/api-AbCdEf`),
      cacheInvalidator: arn("secretsmanager", `secret:srs/${suffix}/cache/invalidator-AbCdEf`),
      pseudonymSalt: arn("secretsmanager", `secret:srs/${suffix}/pseudonym-salt-AbCdEf`),
      clients: {
        sis: client("sis"),
        lms: client("lms"),
        "smoke-limited": client("smoke-limited"),
        canary: client("canary"),
      },
      partners: {},
    },
    cache: {
      replicationGroupId: `srs-${suffix}-cache`,
      primaryEndpoint: "127.0.0.1",
      readerEndpoint: "127.0.0.2",
      port: 41004,
      apiUser: "srs-api",
      invalidatorUser: "srs-invalidator",
    },
    streams: {
      studentEvents: {
        name: `srs-${suffix}-student-events`,
        arn: arn("kinesis", `stream/srs-${suffix}-student-events`),
        consumerArns: {
          cacheInvalidator: consumer("cache-invalidator"),
          projector: consumer("projector"),
          webhookDispatcher: consumer("webhook-dispatcher"),
          archiver: consumer("archiver"),
          privacyWorker: consumer("privacy-worker"),
        },
      },
    },
    deadLetterQueues: {
      cacheInvalidator: queue("cache-invalidator"),
      projector: queue("projector"),
      webhookDispatcher: queue("webhook-dispatcher"),
      archiver: queue("archiver"),
      privacyWorker: queue("privacy-worker"),
      alarms: queue("alarms"),
    },
    archiveBucket: { name: archive, arn: `arn:aws:s3:::${archive}` },
    backupVaultArn: arn("backup", `backup-vault:srs-${suffix}-records`),
    files: {
      fileSystemId: hexId("fs", 1),
      fileSystemArn: arn("elasticfilesystem", `file-system/${hexId("fs", 1)}`),
      accessPoints: {
        config: { id: hexId("fsap", 1), arn: arn("elasticfilesystem", `access-point/${hexId("fsap", 1)}`) },
        documents: { id: hexId("fsap", 2), arn: arn("elasticfilesystem", `access-point/${hexId("fsap", 2)}`) },
      },
    },
    rotationFunctionArn: arn("lambda", `function:srs-${suffix}-rotation`),
  };
}
