import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { noTarget, sameTarget, TARGET } from "./target.ts";

const POLICY = "aws:appautoscaling/policy:Policy";

export const policy = recordedType({
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
      : noTarget(inputs),
});
