import type { Cloud, Service } from "../../cloud.ts";
import { arn, derivedHex } from "../../identifiers.ts";
import { known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { BUCKET } from "../s3/bucket.ts";
import { canaryFailures } from "./checks.ts";

const ROLE = "aws:iam/role:Role";

/** Synthetics puts an id of its own behind the name of the function and the layer it makes. */
const engineOf = ({ name }: Properties, id: string): string => {
  const hex = derivedHex(32, "canary", id, name as string);
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  return `cwsyn-${name}-${uuid}`;
};

/** Recorded: nothing calls the API on a schedule here. */
const canary = recordedType({
  token: "aws:synthetics/canary:Canary",
  id: (inputs) => inputs.name,
  arn: (_, id) => arn("synthetics", `canary:${id}`),
  replaceOnChanges: ["name"],
  computed: {
    engineArn: (inputs, id) => arn("lambda", `function:${engineOf(inputs, id)}:1`),
    sourceLocationArn: (inputs, id) => arn("lambda", `layer:${engineOf(inputs, id)}:1`),
    status: ({ startCanary }) => (startCanary === true ? "RUNNING" : "READY"),
  },
  atCreation: {
    timelines: () => [{ created: new Date().toISOString(), lastModified: "", lastStarted: "", lastStopped: "" }],
  },
  uniqueBy: ["name"],
  check: canaryFailures,
  conflict: ({ executionRoleArn, artifactS3Location, s3Bucket }, cloud) => {
    const buckets = [/^s3:\/\/([^/]+)/.exec(artifactS3Location as string)?.[1], s3Bucket as string | undefined];
    const missing = buckets.find((bucket) => known(bucket) && cloud.account.byId(BUCKET, bucket) === undefined);
    if (missing !== undefined) return `ValidationException: The bucket ${missing} does not exist.`;
    const role = cloud.account.ofType(ROLE).some(({ outputs }) => outputs.arn === executionRoleArn);
    return role ? undefined : `ValidationException: The role ${executionRoleArn} cannot be found.`;
  },
});

export function syntheticsService(_cloud: Cloud): Service {
  return { name: "synthetics", resources: [canary] };
}
