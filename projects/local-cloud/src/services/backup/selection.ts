import { randomUUID } from "node:crypto";
import { failures, known, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { PLAN } from "./plan.ts";
import { roleFault } from "./role.ts";

const RESOURCES_MAX = 500;

export const selection = recordedType({
  token: "aws:backup/selection:Selection",
  id: () => randomUUID(),
  replaceOnChanges: ["name", "planId", "iamRoleArn", "resources", "notResources", "conditions", "selectionTags"],
  autoName: "name",
  uniqueBy: ["planId", "name"],
  check: ({ name, resources, selectionTags, conditions, notResources }) =>
    failures((refuse) => {
      if (known(name) && !/^[a-zA-Z0-9_.-]{1,50}$/.test(name))
        refuse("name", `InvalidParameterValueException: "${name}" must have 1 to 50 letters, digits, - _ or .`);
      const arns = knownItems(resources as readonly string[] | undefined) ?? [];
      if ([resources, selectionTags, conditions, notResources].every((each) => each === undefined))
        refuse("resources", "InvalidParameterValueException: a selection names resources, tags or conditions");
      if (arns.length > RESOURCES_MAX)
        refuse("resources", `InvalidParameterValueException: a selection names up to ${RESOURCES_MAX} resources`);
      for (const each of arns.filter((each) => each !== "*" && !/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:.+$/.test(each)))
        refuse("resources", `InvalidParameterValueException: "${each}" is no ARN`);
    }),
  conflict: ({ planId, iamRoleArn }, cloud) => {
    const plan = cloud.account.byId(PLAN, planId as string);
    if (plan === undefined) return `ResourceNotFoundException: Backup plan ${planId as string} does not exist.`;
    return roleFault(cloud, iamRoleArn, plan.arn ?? plan.id);
  },
});
