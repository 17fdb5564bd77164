import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { NetworkContract, SecurityContract } from "@records/contracts";
import { project, readContract, stackSettings } from "@records/conventions";
import { parseCampusSystems, parseOwners } from "./src/owners.ts";
import { parseSignedPackage } from "./src/signed-package.ts";

const settings = stackSettings();
const own = new pulumi.Config();

/** All that this stack takes from outside. */
export const config = {
  ...settings,
  security: readContract(project.security, SecurityContract, { minVersion: 2 }),
  network: readContract(project.network, NetworkContract),
  /** Built by projects/database. */
  rotationCode: path.resolve(import.meta.dirname, "../database/dist/rotation"),
  /** The same code, signed: in production alone. */
  rotationPackage: parseSignedPackage(own.getObject("rotationPackage"), settings.environment === "prod"),
  /** Each has a secret for the credentials of its client. */
  campusSystems: parseCampusSystems(own.requireObject("campusSystems")),
  /** Each has a secret for the credential that it gave us. */
  partners: parseOwners("partners", own.requireObject("partners")),
};
export type Config = typeof config;
