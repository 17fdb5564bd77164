import * as pulumi from "@pulumi/pulumi";
import { stackSettings } from "@records/conventions";
import { parseAlertSubscriptions } from "./src/alert-subscriptions.ts";
import { parseStateKeyId } from "./src/state-key.ts";

const own = new pulumi.Config();
const settings = stackSettings();

/** All that this stack takes from outside: it is the first one, so only its own configuration. */
export const config = {
  ...settings,
  /** Where notices go. None for a pull request's stack: each new one would ask everybody to confirm again. */
  alertSubscriptions: settings.accountBaseline ? parseAlertSubscriptions(own.getObject("alertSubscriptions")) : [],
  /** `<organization>/<name>`: whose pipelines may take the CI roles. */
  repository: own.require("repository"),
  /** Suffixes of the stacks that this environment's CI roles deploy. */
  deployedSuffixes: own.getBoolean("deploysPullRequests") ? [settings.suffix, "pr*"] : [settings.suffix],
  stateBucket: `srs-pulumi-state-${settings.accountId}`,
  stateKeyArn: settings.arn("kms", `key/${parseStateKeyId(own.require("stateKeyId"))}`),
  /** Whether Config's service-linked role is in the account already, made by somebody else. */
  adoptConfigRole: own.getBoolean("adoptConfigServiceLinkedRole") ?? false,
};
export type Config = typeof config;
