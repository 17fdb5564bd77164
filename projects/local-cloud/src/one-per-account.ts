import type { Cloud } from "./cloud.ts";
import type { Properties, ResourceRecord } from "./resource-type.ts";

type Conflict = (inputs: Properties, cloud: Cloud, self?: ResourceRecord) => string | undefined;

/** For what an account holds once in a Region: a second creation is answered with AWS's refusal. */
export function onePerAccount(token: string, refusal: string): Conflict {
  return (_, cloud, self) =>
    cloud.account.ofType(token).some((other) => other.urn !== self?.urn || other.id !== self.id) ? refusal : undefined;
}

/**
 * The same for settings that AWS overwrites without a word: two resources would each undo the other's value at every
 * deployment, and the deletion of one would reset what the other still claims.
 */
export function oneSettingPerAccount(token: string): Conflict {
  return onePerAccount(
    token,
    `Conflict: ${token} is one setting of the account in a Region, and another resource holds it. AWS would let this ` +
      `one overwrite it silently. Keep one of them.`,
  );
}
