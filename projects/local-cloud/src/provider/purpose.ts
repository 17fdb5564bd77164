import { parseUrn } from "./urn.ts";

/** Whether the provider may change something: the local cloud's does, a planner for a stack on AWS does not. */
export type ProviderPurpose = "deploys" | "plans only";

/**
 * A provider that deploys is a development target, never a place for real data: it serves `local` and `local-*`, each
 * stack from a cloud of its own. One that only plans serves any stack, and that one alone.
 */
export function refuseForeignStack(urn: string, cloudStack: string, purpose: ProviderPurpose): void {
  const { stack } = parseUrn(urn);
  if (purpose === "deploys" && stack !== "local" && !stack.startsWith("local-")) {
    throw new Error(
      `The local cloud serves the stacks "local" and "local-*" only; this is "${stack}". It runs on one machine, ` +
        `without AWS's protections. Deploy "${stack}" with the AWS provider (unset PULUMI_DEBUG_PROVIDERS), or name the stack local-${stack}.`,
    );
  }
  if (stack !== cloudStack) {
    throw new Error(
      `This local cloud holds the stack "${cloudStack}"; it was asked for "${stack}". Each stack has a cloud of its own: ` +
        `deploy through the driver, which starts the right one.`,
    );
  }
}

/** @throws when the provider only plans: whatever the engine believes, nothing of AWS is here to be changed */
export function refuseChange(urn: string, purpose: ProviderPurpose): void {
  if (purpose === "deploys") return;
  throw new Error(
    `${urn} belongs to a stack on AWS, and this provider only plans. Deploy with the AWS provider and the account's ` +
      "state: set PULUMI_BACKEND_URL and sign in to the account.",
  );
}
