import { stackSettings } from "@records/conventions";

/** All that this stack takes from outside: it is the first one, so only its own configuration. */
export const config = stackSettings();
export type Config = typeof config;
