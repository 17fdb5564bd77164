import type { Cloud, Service } from "../cloud.ts";
import { ecrService } from "./ecr/index.ts";
import { ecsService } from "./ecs/index.ts";
import { elbv2Service } from "./elbv2/index.ts";

/** Every AWS service the local cloud plays, in the order in which they come to life. One line each. */
export const services: readonly ((cloud: Cloud) => Service)[] = [
  ecrService,
  elbv2Service,
  ecsService,
];
