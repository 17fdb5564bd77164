import type { Cloud, Service } from "../../cloud.ts";
import type { Destination } from "../../network-path/network-paths.ts";
import { Files } from "./files.ts";
import {
  ACCESS_POINT,
  MOUNT_TARGET,
  accessPointType,
  backupPolicyType,
  fileSystemPolicyType,
  fileSystemType,
  mountTargetType,
} from "./resources.ts";

const NFS_PORT = 2049;

export interface EfsService extends Service {
  /** Where on this machine the root of an access point is: what a task finds at its mount path. */
  localPathOf(accessPointId: string): string;
  /** The mount targets of a file system: a client mounts through the one of its zone. */
  mountDestinations(fileSystemId: string): readonly Destination[];
}

/** EFS as folders of this machine. */
export function efsService(cloud: Cloud): EfsService {
  const files = new Files(cloud);
  return {
    name: "efs",
    resources: [
      fileSystemType(files),
      mountTargetType(),
      accessPointType(files),
      fileSystemPolicyType(),
      backupPolicyType(),
    ],
    mountDestinations: (fileSystemId) =>
      cloud.account
        .ofType(MOUNT_TARGET)
        .filter(({ inputs }) => inputs.fileSystemId === fileSystemId)
        .map(({ id, inputs }) => ({
          kind: "place",
          place: {
            name: `mount target ${id}`,
            subnetIds: [inputs.subnetId as string],
            securityGroupIds: (inputs.securityGroups as string[] | undefined) ?? [],
          },
          port: NFS_PORT,
        })),
    localPathOf(accessPointId) {
      const accessPoint = cloud.account.byId(ACCESS_POINT, accessPointId);
      if (!accessPoint) throw new Error(`AccessPointNotFound: Access point ${accessPointId} does not exist.`);
      const path = (accessPoint.outputs.rootDirectory as { path: string }).path;
      const fileSystemId = accessPoint.inputs.fileSystemId as string;
      if (!files.exists(fileSystemId, path)) {
        throw new Error(
          `The root ${path} of the access point ${accessPointId} does not exist and has no creationInfo to make it: ` +
            "a mount would fail on EFS as well. Give the access point a rootDirectory.creationInfo.",
        );
      }
      return files.pathOf(fileSystemId, path);
    },
  };
}
