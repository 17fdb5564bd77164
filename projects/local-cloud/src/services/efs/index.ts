import type { Cloud, Service } from "../../cloud.ts";
import { Files } from "./files.ts";
import {
  ACCESS_POINT,
  accessPointType,
  backupPolicyType,
  fileSystemPolicyType,
  fileSystemType,
  mountTargetType,
} from "./resources.ts";

export interface EfsService extends Service {
  /** Where on this machine the root of an access point is: what a task finds at its mount path. */
  localPathOf(accessPointId: string): string;
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
