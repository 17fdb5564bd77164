import path from "node:path";
import { NetworkContract, SecurityContract } from "@records/contracts";
import { project, readContract, stackSettings } from "@records/conventions";

/** All that this stack takes from outside. */
export const config = {
  ...stackSettings(),
  security: readContract(project.security, SecurityContract, { minVersion: 2 }),
  network: readContract(project.network, NetworkContract),
  /** Built by projects/database. */
  rotationCode: path.resolve(import.meta.dirname, "../database/dist/rotation"),
};
export type Config = typeof config;
