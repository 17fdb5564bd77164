import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud, Service } from "../../cloud.ts";
import { arn, newHexId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { onePerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";
import { detectorFeature } from "./detector-feature.ts";
import { publishingDestination } from "./publishing-destination.ts";
import { DETECTOR } from "./tokens.ts";

/** Recorded and checked: nothing here looks for threats, and no finding is made. */
export function guarddutyService(_cloud: Cloud): Service {
  return { name: "guardduty", resources: [detector, detectorFeature, publishingDestination] };
}

const FREQUENCIES = ["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"];

const detector = recordedType({
  token: DETECTOR,
  id: () => newHexId("", 32),
  arn: (_, id) => arn("guardduty", `detector/${id}`),
  replaceOnChanges: [],
  computed: { accountId: () => ACCOUNT_ID },
  check: ({ findingPublishingFrequency: frequency }) =>
    failures((refuse) => {
      if (known(frequency) && !FREQUENCIES.includes(frequency))
        refuse(
          "findingPublishingFrequency",
          `BadRequestException: The request is rejected because the parameter findingPublishingFrequency has an invalid value: ` +
            `"${frequency}" is none of ${FREQUENCIES.join(", ")}.`,
        );
    }),
  conflict: onePerAccount(
    DETECTOR,
    "BadRequestException: The request is rejected because a detector already exists for the current account.",
  ),
});
