import type { ResourceRule, StackRule, StackResource } from "../rule.ts";

const REGION = "us-east-1";

export const oneProvider: StackRule = {
  id: "POL-2",
  name: "one-aws-provider",
  pins: "OPS-11, OPS-73",
  holds: "A stack has the default AWS provider alone, in us-east-1, for one account.",
  remedy:
    "Make no aws.Provider; set aws:region: us-east-1 and aws:allowedAccountIds with the account in the stack's settings.",
  level: "mandatory",
  scope: "stack",
  check: ({ resources }) =>
    resources
      .filter(({ type }) => type === "pulumi:providers:aws")
      .map((provider) => [
        // The engine makes the default ones itself, one for each version of the package in use.
        /^default(_|$)/.test(provider.name)
          ? []
          : { about: provider, says: "The program makes a provider of its own." },
        () => {
          const region: unknown = provider.props.region;
          if (region === REGION) return [];
          return { about: provider, says: `Its Region is ${String(region)}.` };
        },
        () => {
          const accounts = accountsOf(provider);
          if (accounts.length === 1 && /^[0-9]{12}$/.test(accounts[0] ?? "")) return [];
          return {
            about: provider,
            says: "allowedAccountIds does not name exactly one account: the stack could change another one.",
          };
        },
      ]),
};

/** The engine hands a provider's lists over as JSON text. */
function accountsOf({ props }: StackResource): readonly string[] {
  const given: unknown = props.allowedAccountIds;
  return (typeof given === "string" ? JSON.parse(given) : (given ?? [])) as string[];
}

export const oneRegion: ResourceRule = {
  id: "POL-2",
  name: "no-resource-region",
  pins: "OPS-11, OPS-73",
  holds: "No resource leaves the stack's Region.",
  remedy: "Leave region unset: it comes from the stack's provider.",
  level: "mandatory",
  scope: "resource",
  check: ({ props }) => {
    const region = props.region as string | undefined;
    // AWS's own provider writes the stack's Region into inputs by itself.
    return region !== undefined && region !== REGION && `region is ${region}.`;
  },
};
