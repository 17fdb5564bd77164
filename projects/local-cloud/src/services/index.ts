import type { Cloud, Service } from "../cloud.ts";

/** Every AWS service the local cloud plays, in the order in which they come to life. One line each. */
export const services: readonly ((cloud: Cloud) => Service)[] = [];
