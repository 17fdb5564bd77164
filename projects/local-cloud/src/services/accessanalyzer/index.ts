import type { Cloud, Service } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";

const ANALYZER = "aws:accessanalyzer/analyzer:Analyzer";
/** Each type with the configuration it takes. */
const TYPES: Readonly<Record<string, "internalAccess" | "unusedAccess" | undefined>> = {
  ACCOUNT: undefined,
  ACCOUNT_INTERNAL_ACCESS: "internalAccess",
  ACCOUNT_UNUSED_ACCESS: "unusedAccess",
  ORGANIZATION: undefined,
  ORGANIZATION_INTERNAL_ACCESS: "internalAccess",
  ORGANIZATION_UNUSED_ACCESS: "unusedAccess",
};
const UNUSED_DAYS_MAX = 365;

/** Recorded and checked: nothing is analysed. */
export function accessanalyzerService(_cloud: Cloud): Service {
  return { name: "accessanalyzer", resources: [analyzer] };
}

const analyzer = recordedType({
  token: ANALYZER,
  id: ({ analyzerName }) => analyzerName,
  arn: (_, id) => arn("access-analyzer", `analyzer/${id}`),
  replaceOnChanges: ["analyzerName", "configuration", "type"],
  uniqueBy: ["analyzerName"],
  check: ({ analyzerName, type = "ACCOUNT", configuration }) =>
    failures((refuse) => {
      if (known(analyzerName) && !/^[A-Za-z][A-Za-z0-9_.-]{0,254}$/.test(analyzerName))
        refuse(
          "analyzerName",
          `ValidationException: "${analyzerName}" must begin with a letter and have up to 255 letters, digits, _ . or -`,
        );
      if (!known(type)) return;
      if (!(type in TYPES))
        return refuse("type", `ValidationException: type "${type}" is none of ${Object.keys(TYPES).join(", ")}`);
      if (type.startsWith("ORGANIZATION"))
        refuse("type", "ValidationException: You must create an organization before an analyzer of that type");
      for (const kind of known(configuration)
        ? Object.keys(configuration).filter((key) => known(configuration[key]))
        : [])
        if (kind !== TYPES[type])
          refuse("configuration", `ValidationException: an analyzer of type ${type} takes no configuration ${kind}`);
      const days: unknown = known(configuration) ? configuration.unusedAccess?.unusedAccessAge : undefined;
      if (known(days) && !(Number.isInteger(days) && Number(days) >= 1 && Number(days) <= UNUSED_DAYS_MAX))
        refuse(
          "configuration",
          `ValidationException: unusedAccessAge ${days as number} is not 1 to ${UNUSED_DAYS_MAX} days`,
        );
    }),
  conflict: ({ type = "ACCOUNT" }, cloud, self) => {
    const same = cloud.account
      .ofType(ANALYZER)
      .find(({ id, inputs }) => id !== self?.id && (inputs.type ?? "ACCOUNT") === type);
    return (
      same &&
      `ServiceQuotaExceededException: the account has its one analyzer of type ${type} in this Region already: ${same.id}.`
    );
  },
});
