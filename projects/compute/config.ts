import * as pulumi from "@pulumi/pulumi";
import { DataContract, NetworkContract, SecurityContract } from "@records/contracts";
import { project, readContract, stackSettings, tagsFor } from "@records/conventions";
import { builtArtifacts } from "./src/artifacts.ts";
import { parseCampusSystems } from "./src/campus-system.ts";

const own = new pulumi.Config();
const artifacts = builtArtifacts();

/** All that this stack takes from outside. No other file in it reads configuration or another stack. */
export const config = {
  // The image's children are made by a component that knows nothing of our vocabulary.
  settings: stackSettings(tagsFor({ classification: "internal", retention: "none" })),

  security: readContract(project.security, SecurityContract, { minVersion: 2 }),
  network: readContract(project.network, NetworkContract),
  data: readContract(project.data, DataContract, { minVersion: 2 }),

  // from the applications' builds
  artifacts,

  // own
  /** Domain of the institution's records service; `api-internal.<domain>` names the load balancer. */
  domain: own.require("domain"),
  /** Public zone of that domain: proves to the certificate authority that it is ours. */
  hostedZoneId: own.require("hostedZoneId"),
  /** Where the pages that explain a problem are; the same address in every environment, because clients compare it. */
  problemBaseUrl: own.require("problemBaseUrl"),
  /** An image built and tested before (`sha256:...`): deployed as it is. Without it the image is built here. */
  imageDigest: own.get("imageDigest"),
  logLevel: own.get("logLevel") ?? "info",
  campusSystems: parseCampusSystems(own.requireObject("campusSystems"), artifacts.apiScopes),
};
export type Config = typeof config;
