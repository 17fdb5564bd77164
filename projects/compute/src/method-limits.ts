/** How often each method of the gateway may be called, all callers together. */
import type { OpenApi31 } from "@records/components";

export interface MethodLimit {
  /** Name of the resource that sets it: `patch-students-studentid`. */
  readonly name: string;
  /** As API Gateway keys its settings: each slash of the resource's path is written `~1`. */
  readonly methodPath: string;
  readonly ratePerSecond: number;
  readonly burst: number;
}

type Throttle = Pick<MethodLimit, "ratePerSecond" | "burst">;

const METHODS = ["get", "head", "put", "post", "delete", "patch"];
const WRITES = new Set(["put", "post", "delete", "patch"]);
/** A write costs the writer, which there is one of; a read any reader. */
const SHARE_OF_WRITES = 0.2;
/** An export reads whole tables. */
const EXPORT_PATH = /^\/exports(\/|$)/;
const EXPORTS: Throttle = { ratePerSecond: 1, burst: 1 };

/**
 * Methods with a limit of their own: writes a fifth of the stage's, exports one a second. All others have the stage's.
 *
 * @param basePath  of the service, which is the stage's name and no part of a resource's path
 */
export function methodLimits({ paths = {} }: OpenApi31, basePath: string, stage: Throttle): readonly MethodLimit[] {
  return Object.entries(paths)
    .filter(([path]) => path.startsWith(`${basePath}/`))
    .flatMap(([path, item]) => {
      const resource = path.slice(basePath.length);
      return METHODS.filter((method) => item[method] !== undefined).flatMap((method) => {
        const limit = limitOf(method, resource, stage);
        return limit === undefined ? [] : [{ ...keysOf(method, resource), ...limit }];
      });
    });
}

function limitOf(method: string, resource: string, stage: Throttle): Throttle | undefined {
  if (EXPORT_PATH.test(resource)) return EXPORTS;
  if (!WRITES.has(method)) return undefined;
  return { ratePerSecond: stage.ratePerSecond * SHARE_OF_WRITES, burst: Math.ceil(stage.burst * SHARE_OF_WRITES) };
}

function keysOf(method: string, resource: string): Pick<MethodLimit, "name" | "methodPath"> {
  const words = resource.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return {
    name: [method, ...words].join("-"),
    methodPath: `${resource.replaceAll("/", "~1")}/${method.toUpperCase()}`,
  };
}
