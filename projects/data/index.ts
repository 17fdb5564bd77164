import { DataContract } from "@records/contracts";
import { publish } from "@records/conventions";
import { config } from "./config.ts";
import { Alarms } from "./src/alarms.ts";
import { Archive } from "./src/archive.ts";
import { Backup } from "./src/backup.ts";
import { Bootstrap } from "./src/bootstrap.ts";
import { Cache } from "./src/cache.ts";
import { DatabaseProxy } from "./src/database-proxy.ts";
import { Database } from "./src/database.ts";
import { Files } from "./src/files.ts";
import { RotationSchedules } from "./src/rotation-schedules.ts";
import { Rotation } from "./src/rotation.ts";
import { Secrets } from "./src/secrets.ts";
import { Streams } from "./src/streams.ts";

const secrets = new Secrets("secrets", config);
const database = new Database("database", config);
const cache = new Cache("cache", config);
const proxy = new DatabaseProxy("database-proxy", { config, secretArns: secrets.arns });
const rotation = new Rotation("rotation", { config, database, cache, proxy, secrets });
const bootstrap = new Bootstrap("bootstrap", { config, rotation, after: [database.writer, cache.group, secrets] });
proxy.openTo(database, bootstrap.invocation);
const streams = new Streams("streams", config);
const files = new Files("files", config);
const archive = new Archive("archive", config);
const backup = new Backup("backup", { config, database, files, archive });
const alarms = new Alarms("alarms", config);
new RotationSchedules("rotation-schedules", { config, rotation, secrets, database, proxy, bootstrap, alarms });

export const contract = publish(DataContract, {
  database: { ...database.published, ...proxy.published },
  secretArns: { ...secrets.published, dbMaster: database.masterSecretArn },
  cache: cache.published,
  streams: streams.published,
  deadLetterQueues: { ...streams.deadLetterQueues, alarms: alarms.deadLetterQueue },
  archiveBucket: archive.bucket,
  backupVaultArn: backup.vaultArn,
  files: files.published,
  rotationFunctionArn: rotation.arn,
});
export const contractVersion = 2;
