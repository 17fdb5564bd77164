import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";

export const TARGET = "aws:appautoscaling/target:Target";
const DEPENDENTS = {
  "aws:appautoscaling/policy:Policy": "scaling policy",
  "aws:appautoscaling/scheduledAction:ScheduledAction": "scheduled action",
};

export const target = recordedType({
  token: TARGET,
  id: (inputs) => inputs.resourceId,
  arn: (inputs) =>
    arn("application-autoscaling", `scalable-target/${derivedHex(10, inputs.serviceNamespace, inputs.resourceId)}`),
  replaceOnChanges: ["resourceId", "scalableDimension", "serviceNamespace"],
  uniqueBy: ["serviceNamespace", "resourceId", "scalableDimension"],
  check: (inputs) =>
    failures((refuse) => {
      const { minCapacity, maxCapacity, serviceNamespace, scalableDimension, resourceId } = inputs;
      if (known(minCapacity) && minCapacity < 0)
        refuse("minCapacity", `ValidationException: minCapacity ${minCapacity} is negative`);
      if (known(minCapacity) && known(maxCapacity) && minCapacity > maxCapacity) {
        refuse(
          "maxCapacity",
          `ValidationException: Maximum capacity cannot be less than minimum capacity (${maxCapacity} < ${minCapacity})`,
        );
      }
      if (
        known(scalableDimension) &&
        known(serviceNamespace) &&
        !scalableDimension.startsWith(`${serviceNamespace}:`)
      ) {
        refuse(
          "scalableDimension",
          `ValidationException: Unsupported service namespace, resource type or scalable dimension (${serviceNamespace}, ${scalableDimension})`,
        );
      }
      if (known(resourceId) && serviceNamespace === "ecs" && !/^service\/[^/]+\/[^/]+$/.test(resourceId)) {
        refuse("resourceId", `ValidationException: "${resourceId}" is not of the form service/<cluster>/<service>`);
      }
    }),
  inUse: (record, cloud) => {
    for (const [token, kind] of Object.entries(DEPENDENTS)) {
      const user = cloud.account.ofType(token).find(({ inputs }) => sameTarget(inputs, record.inputs));
      if (user) return `ConcurrentUpdateException: the target still has the ${kind} ${user.id}; delete it first.`;
    }
    return undefined;
  },
});

export function sameTarget(a: Properties, b: Properties): boolean {
  return ["serviceNamespace", "resourceId", "scalableDimension"].every((property) => a[property] === b[property]);
}

export function noTarget({ serviceNamespace, resourceId, scalableDimension }: Properties): string {
  return `ObjectNotFoundException: No scalable target registered for service namespace: ${serviceNamespace}, resource ID: ${resourceId}, scalable dimension: ${scalableDimension}`;
}
