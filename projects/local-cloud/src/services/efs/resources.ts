import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn, derivedResourceId, newResourceId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceRecord, ResourceType } from "../../resource-type.ts";
import { addressInSubnet } from "./addresses.ts";
import { checkAccessPoint, checkFileSystem, checkFileSystemPolicy } from "./checks.ts";
import type { CreationInfo, Files } from "./files.ts";

export const FILE_SYSTEM = "aws:efs/fileSystem:FileSystem";
export const ACCESS_POINT = "aws:efs/accessPoint:AccessPoint";
export const MOUNT_TARGET = "aws:efs/mountTarget:MountTarget";
const SUBNET = "aws:ec2/subnet:Subnet";

const fileSystemArn = (id: string): string => arn("elasticfilesystem", `file-system/${id}`);
const dnsName = (id: string): string => `${id}.efs.${REGION}.amazonaws.com`;

function requireFileSystem(inputs: Properties, cloud: Cloud): ResourceRecord {
  const id = inputs.fileSystemId as string;
  const found = cloud.account.byId(FILE_SYSTEM, id);
  if (!found) throw new Error(`FileSystemNotFound: File system '${id}' does not exist.`);
  return found;
}

export function fileSystemType(files: Files): ResourceType {
  return {
    token: FILE_SYSTEM,
    autoName: "creationToken",
    uniqueBy: ["creationToken"],
    replaceOnChanges: ["creationToken", "encrypted", "kmsKeyId", "performanceMode", "availabilityZoneName"],
    computed: [
      "arn",
      "dnsName",
      "ownerId",
      "numberOfMountTargets",
      "sizeInBytes",
      "name",
      "availabilityZoneId",
      "performanceMode",
      "kmsKeyId",
      "encrypted",
    ],
    check: checkFileSystem,
    create: async (inputs) => {
      const id = newResourceId("fs");
      await files.createFileSystem(id);
      return {
        id,
        outputs: {
          arn: fileSystemArn(id),
          dnsName: dnsName(id),
          ownerId: ACCOUNT_ID,
          numberOfMountTargets: 0,
          ...facts(inputs),
        },
      };
    },
    read: (record, cloud) =>
      Promise.resolve(
        files.exists(record.id) ? { numberOfMountTargets: mountTargetsOf(record.id, cloud).length } : undefined,
      ),
    update: (_record, inputs) => Promise.resolve(facts(inputs)),
    delete: async (record, cloud) => {
      const targets = mountTargetsOf(record.id, cloud);
      if (targets.length > 0) {
        throw new Error(
          `FileSystemInUse: The file system ${record.id} has mount targets: ${targets.map(({ id }) => id).join(", ")}. Delete them first.`,
        );
      }
      await files.destroyFileSystem(record.id);
    },
  };
}

function facts(inputs: Properties): Properties {
  return {
    name: (inputs.tags as Record<string, string> | undefined)?.Name ?? "",
    sizeInBytes: [{ value: 6144, valueInIa: 0, valueInStandard: 6144 }],
    availabilityZoneId: "",
    performanceMode: inputs.performanceMode ?? "generalPurpose",
    encrypted: inputs.encrypted ?? false,
    kmsKeyId: inputs.kmsKeyId ?? "",
  };
}

function mountTargetsOf(fileSystemId: string, cloud: Cloud): readonly ResourceRecord[] {
  return cloud.account.ofType(MOUNT_TARGET).filter(({ inputs }) => inputs.fileSystemId === fileSystemId);
}

/** Recorded: tasks of this machine find the folder without a network in between. */
export function mountTargetType(): ResourceType {
  return {
    token: MOUNT_TARGET,
    replaceOnChanges: ["fileSystemId", "subnetId", "ipAddress", "ipAddressType", "ipv6Address"],
    computed: [
      ...["availabilityZoneId", "availabilityZoneName", "dnsName", "fileSystemArn", "ipAddress", "mountTargetDnsName"],
      ...["networkInterfaceId", "ownerId", "securityGroups"],
    ],
    create: (inputs, cloud) => {
      const fileSystem = requireFileSystem(inputs, cloud);
      const subnetId = inputs.subnetId as string;
      const subnet = cloud.account.byId(SUBNET, subnetId);
      if (!subnet) throw new Error(`SubnetNotFound: The subnet ${subnetId} does not exist.`);
      const zone = subnet.outputs.availabilityZone as string;
      const rival = mountTargetsOf(fileSystem.id, cloud).find(({ outputs }) => outputs.availabilityZoneName === zone);
      if (rival) throw new Error(`MountTargetConflict: mount target already exists in this AZ (${zone}): ${rival.id}.`);
      const id = newResourceId("fsmt");
      return Promise.resolve({
        id,
        outputs: {
          availabilityZoneId: subnet.outputs.availabilityZoneId ?? null,
          availabilityZoneName: zone,
          dnsName: dnsName(fileSystem.id),
          fileSystemArn: fileSystemArn(fileSystem.id),
          ipAddress: inputs.ipAddress ?? addressInSubnet(subnet.outputs.cidrBlock as string, id),
          mountTargetDnsName: `${zone}.${dnsName(fileSystem.id)}`,
          networkInterfaceId: derivedResourceId("eni", id),
          ownerId: ACCOUNT_ID,
          securityGroups: inputs.securityGroups ?? [],
        },
      });
    },
  };
}

export function accessPointType(files: Files): ResourceType {
  const rootOf = (inputs: Properties): { path: string; creationInfo?: CreationInfo } => {
    const root = inputs.rootDirectory as { path?: string; creationInfo?: CreationInfo } | undefined;
    return { path: root?.path ?? "/", creationInfo: root?.creationInfo };
  };
  return {
    token: ACCESS_POINT,
    replaceOnChanges: ["fileSystemId", "posixUser", "rootDirectory"],
    computed: ["arn", "fileSystemArn", "ownerId", "rootDirectory"],
    check: checkAccessPoint,
    create: async (inputs, cloud) => {
      const fileSystem = requireFileSystem(inputs, cloud);
      const { path, creationInfo } = rootOf(inputs);
      await files.createRoot(fileSystem.id, path, creationInfo);
      const id = newResourceId("fsap");
      return {
        id,
        outputs: {
          arn: arn("elasticfilesystem", `access-point/${id}`),
          fileSystemArn: fileSystemArn(fileSystem.id),
          ownerId: ACCOUNT_ID,
          rootDirectory: { path, ...(creationInfo && { creationInfo }) },
        },
      };
    },
    // EFS would make the root again at the next mount; whoever refreshes shall see that it is gone.
    read: (record) =>
      Promise.resolve(files.exists(record.inputs.fileSystemId as string, rootOf(record.inputs).path) ? {} : undefined),
  };
}

export function fileSystemPolicyType(): ResourceType {
  return recordedType({
    token: "aws:efs/fileSystemPolicy:FileSystemPolicy",
    id: ({ fileSystemId }) => String(fileSystemId),
    replaceOnChanges: ["fileSystemId"],
    uniqueBy: ["fileSystemId"],
    check: checkFileSystemPolicy,
    conflict: (inputs, cloud) => void requireFileSystem(inputs, cloud),
  });
}

export function backupPolicyType(): ResourceType {
  return recordedType({
    token: "aws:efs/backupPolicy:BackupPolicy",
    id: ({ fileSystemId }) => String(fileSystemId),
    replaceOnChanges: ["fileSystemId"],
    uniqueBy: ["fileSystemId"],
    check: ({ backupPolicy }) =>
      failures((refuse) => {
        const status = known(backupPolicy) ? ((backupPolicy as Properties).status as string | undefined) : undefined;
        if (known(status) && !["ENABLED", "DISABLED"].includes(status)) {
          refuse("backupPolicy", `BadRequest: Backup policy status ${status} is not ENABLED or DISABLED.`);
        }
      }),
    conflict: (inputs, cloud) => void requireFileSystem(inputs, cloud),
  });
}
