import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { templateFaults } from "./pack-template.ts";
import { RECORDER } from "./tokens.ts";

const PACK = "aws:cfg/conformancePack:ConformancePack";
const PACKS_MAX = 50;

export const conformancePack = recordedType({
  token: PACK,
  id: ({ name }) => name,
  arn: (_, id) => arn("config", `conformance-pack/${id}/conformance-pack-${derivedHex(9, "conformance-pack", id)}`),
  replaceOnChanges: ["name"],
  autoName: "name",
  uniqueBy: ["name"],
  check: ({ name, templateBody, templateS3Uri, inputParameters }) =>
    failures((refuse) => {
      if (known(name) && !/^[A-Za-z][A-Za-z0-9-]{0,255}$/.test(name))
        refuse(
          "name",
          `ValidationException: "${name}" must begin with a letter and have up to 256 letters, digits or -`,
        );
      if (templateBody === undefined && templateS3Uri === undefined)
        refuse("templateBody", "ConformancePackTemplateValidationException: give templateBody or templateS3Uri");
      for (const fault of known(templateBody) ? templateFaults(templateBody, inputParameters) : [])
        refuse("templateBody", `ConformancePackTemplateValidationException: ${fault}`);
    }),
  conflict: (_, cloud, self) => {
    if (cloud.account.ofType(RECORDER).length === 0)
      return "NoAvailableConfigurationRecorderException: Configuration recorder is not available to put conformance pack.";
    return self === undefined && cloud.account.ofType(PACK).length >= PACKS_MAX
      ? `MaxNumberOfConformancePacksExceededException: You have reached the limit of the number of conformance packs: ${PACKS_MAX}.`
      : undefined;
  },
});
