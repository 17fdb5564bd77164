import * as pulumi from "@pulumi/pulumi";
import { stackSettings } from "@records/conventions";
import { parseAlertSubscriptions } from "./src/alert-subscriptions.ts";

const own = new pulumi.Config();
const settings = stackSettings();

/** All that this stack takes from outside: it is the first one, so only its own configuration. */
export const config = {
  ...settings,
  /** Where notices go. None for a pull request's stack: each new one would ask everybody to confirm again. */
  alertSubscriptions: settings.accountBaseline ? parseAlertSubscriptions(own.getObject("alertSubscriptions")) : [],
};
export type Config = typeof config;
