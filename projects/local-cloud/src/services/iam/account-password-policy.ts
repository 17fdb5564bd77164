import { failures, known } from "../../known.ts";
import { oneSettingPerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";

const PASSWORD_POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy";
const RANGES = {
  minimumPasswordLength: [6, 128],
  maxPasswordAge: [1, 1_095],
  passwordReusePrevention: [1, 24],
} as const;

export const accountPasswordPolicy = recordedType({
  token: PASSWORD_POLICY,
  id: () => "iam-account-password-policy",
  replaceOnChanges: [],
  computed: { expirePasswords: ({ maxPasswordAge }) => Number(maxPasswordAge ?? 0) > 0 },
  check: (inputs) =>
    failures((refuse) => {
      for (const [property, [min, max]] of Object.entries(RANGES)) {
        const value: unknown = inputs[property];
        if (known(value) && !(Number.isInteger(value) && Number(value) >= min && Number(value) <= max))
          refuse(
            property,
            `ValidationError: Value '${value as number}' at '${property}' failed to satisfy constraint: ` +
              `Member must have a value from ${min} to ${max}`,
          );
      }
    }),
  conflict: oneSettingPerAccount(PASSWORD_POLICY),
});
