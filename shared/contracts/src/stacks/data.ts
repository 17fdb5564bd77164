import { Type, type Static } from "typebox";
import { Arn, Bucket, Host, Name, Port } from "./formats.ts";

const Queue = Type.Object({ arn: Arn, url: Type.String({ pattern: "^https?://\\S+$" }) });
const AccessPoint = Type.Object({ id: Type.String({ pattern: "^fsap-[0-9a-f]+$" }), arn: Arn });

/**
 * Published by projects/data; read by compute.
 * Endpoints are hosts; each has its port beside it. TLS is required on all of them.
 */
export const DataContract = Type.Object({
  database: Type.Object({
    clusterIdentifier: Name,
    clusterArn: Arn,
    /** Part of the ARN that `rds-db:connect` names. */
    clusterResourceId: Type.String({ pattern: "^cluster-[A-Z0-9]+$" }),
    name: Name,
    /** Writer of the cluster itself, not through the proxy: for schema changes and password changes only. */
    directEndpoint: Host,
    port: Port,
    /** Proxy, reads and writes. */
    proxyEndpoint: Host,
    proxyPort: Port,
    /** Proxy, reads that tolerate a replica's lag. */
    proxyReadEndpoint: Host,
    proxyReadPort: Port,
    /** What its metrics are found by. */
    proxyName: Name,
  }),
  /** Secrets rotate: fetch at run time, do not copy. */
  secretArns: Type.Object({
    dbAppA: Arn,
    dbAppB: Arn,
    /** Managed by RDS. */
    dbMaster: Arn,
    cacheApi: Arn,
    cacheInvalidator: Arn,
    /** Makes pseudonyms of exports. */
    pseudonymSalt: Arn,
    /** Client id, client secret and API key, by campus system. */
    clients: Type.Record(Type.String(), Arn),
    /** Credentials that a partner gave, by partner. */
    partners: Type.Record(Type.String(), Arn),
  }),
  cache: Type.Object({
    replicationGroupId: Name,
    primaryEndpoint: Host,
    readerEndpoint: Host,
    port: Port,
    apiUser: Name,
    invalidatorUser: Name,
  }),
  streams: Type.Object({
    /** Partition key: student id. `consumerArns` are the registered (fan-out) consumers. */
    studentEvents: Type.Object({
      name: Name,
      arn: Arn,
      consumerArns: Type.Object({
        cacheInvalidator: Arn,
        projector: Arn,
        webhookDispatcher: Arn,
        archiver: Arn,
        privacyWorker: Arn,
      }),
    }),
  }),
  /** By consumer: where events go that it gave up on. */
  deadLetterQueues: Type.Object({
    cacheInvalidator: Queue,
    projector: Queue,
    webhookDispatcher: Queue,
    archiver: Queue,
    privacyWorker: Queue,
    /** Notices and scheduled runs that could not be delivered. */
    alarms: Queue,
  }),
  /** Events as long as their retention class asks; bodies are sealed under the student's own key. */
  archiveBucket: Bucket,
  backupVaultArn: Arn,
  files: Type.Object({
    fileSystemId: Type.String({ pattern: "^fs-[0-9a-f]+$" }),
    fileSystemArn: Arn,
    accessPoints: Type.Object({ config: AccessPoint, documents: AccessPoint }),
  }),
  rotationFunctionArn: Arn,
});
export type DataContract = Static<typeof DataContract>;
