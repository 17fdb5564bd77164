import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { RECORDER } from "./tokens.ts";

const TEMPLATE_BYTES_MAX = 51_200;

export const conformancePack = recordedType({
  token: "aws:cfg/conformancePack:ConformancePack",
  id: ({ name }) => name,
  arn: (_, id) => arn("config", `conformance-pack/${id}/conformance-pack-${derivedHex(9, "conformance-pack", id)}`),
  replaceOnChanges: ["name"],
  autoName: "name",
  uniqueBy: ["name"],
  check: ({ name, templateBody, templateS3Uri }) =>
    failures((refuse) => {
      if (known(name) && !/^[A-Za-z][A-Za-z0-9-]{0,255}$/.test(name))
        refuse(
          "name",
          `ValidationException: "${name}" must begin with a letter and have up to 256 letters, digits or -`,
        );
      if (templateBody === undefined && templateS3Uri === undefined)
        refuse("templateBody", "ConformancePackTemplateValidationException: give templateBody or templateS3Uri");
      if (known(templateBody) && Buffer.byteLength(templateBody) > TEMPLATE_BYTES_MAX)
        refuse(
          "templateBody",
          `ConformancePackTemplateValidationException: the template has ${Buffer.byteLength(templateBody)} bytes; ` +
            `${TEMPLATE_BYTES_MAX} are possible here, more through templateS3Uri`,
        );
    }),
  conflict: (_, cloud) =>
    cloud.account.ofType(RECORDER).length === 0
      ? "NoAvailableConfigurationRecorderException: Configuration recorder is not available to put conformance pack."
      : undefined,
});
