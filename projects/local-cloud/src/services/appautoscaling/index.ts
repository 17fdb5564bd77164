import type { Cloud, Service } from "../../cloud.ts";
import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";

const TARGET = "aws:appautoscaling/target:Target";

/** Scaling targets and policies are recorded and checked: nothing measures load, the desired count stays. */
export function appautoscalingService(_cloud: Cloud): Service {
  return { name: "appautoscaling", resources: [target, policy] };
}

const target = recordedType({
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
    const user = cloud.account.ofType(POLICY).find(({ inputs }) => sameTarget(inputs, record.inputs));
    return user && `ConcurrentUpdateException: the target still has the scaling policy ${user.id}; delete it first.`;
  },
});

const POLICY = "aws:appautoscaling/policy:Policy";

const policy = recordedType({
  token: POLICY,
  id: (inputs) => inputs.name,
  arn: (inputs, id) =>
    arn(
      "autoscaling",
      `scalingPolicy:${derivedHex(32, id)}:resource/${inputs.serviceNamespace}/${inputs.resourceId}:policyName/${id}`,
    ),
  replaceOnChanges: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  computed: { alarmArns: () => [] },
  autoName: "name",
  uniqueBy: ["serviceNamespace", "resourceId", "scalableDimension", "name"],
  check: (inputs) =>
    failures((refuse) => {
      const { policyType, name } = inputs;
      const configuration = {
        TargetTrackingScaling: "targetTrackingScalingPolicyConfiguration",
        StepScaling: "stepScalingPolicyConfiguration",
      };
      if (known(name) && !/^[\x21-\x7e ]{1,256}$/.test(name))
        refuse("name", "ValidationException: a policy name has 1 to 256 printable characters");
      for (const [type, property] of Object.entries(configuration)) {
        if (known(policyType) && policyType === type && inputs[property] === undefined)
          refuse(property, `ValidationException: ${type} needs ${property}`);
      }
    }),
  conflict: (inputs, cloud) =>
    cloud.account.ofType(TARGET).some((candidate) => sameTarget(candidate.inputs, inputs))
      ? undefined
      : `ObjectNotFoundException: No scalable target registered for service namespace: ${inputs.serviceNamespace}, resource ID: ${inputs.resourceId}, scalable dimension: ${inputs.scalableDimension}`,
});

function sameTarget(a: Properties, b: Properties): boolean {
  return ["serviceNamespace", "resourceId", "scalableDimension"].every((property) => a[property] === b[property]);
}
