import * as pulumi from "@pulumi/pulumi";
import { DataContract, NetworkContract, SecurityContract } from "@records/contracts";
import { project, readContract, stackSettings, tagsFor } from "@records/conventions";
import { parseRanges } from "./src/address-ranges.ts";
import { builtArtifacts } from "./src/artifacts.ts";
import { parseCampusSystems } from "./src/campus-system.ts";
import { parseEnrollmentWindow } from "./src/enrollment-window.ts";
import { parseImageDigest } from "./src/image-digest.ts";

const own = new pulumi.Config();
const artifacts = builtArtifacts();
// The image's children are made by a component that knows nothing of our vocabulary.
const settings = stackSettings(tagsFor({ classification: "internal", retention: "none" }));

/** All that this stack takes from outside. No other file in it reads configuration or another stack. */
export const config = {
  settings,

  security: readContract(project.security, SecurityContract, { minVersion: 2 }),
  network: readContract(project.network, NetworkContract),
  data: readContract(project.data, DataContract, { minVersion: 2 }),

  // from the applications' builds
  artifacts,

  // own
  /**
   * Domain of the institution's records service: `api.<domain>` is the API. A pull request's stack shares the zone of the
   * environment that deploys it, so its names stand below a label of its own.
   */
  domain: [...(settings.suffix === settings.deployerSuffix ? [] : [settings.suffix]), own.require("domain")].join("."),
  /** Public zone of that domain: proves to the certificate authority that it is ours. */
  hostedZoneId: own.require("hostedZoneId"),
  /** Where the pages that explain a problem are; the same address in every environment, because clients compare it. */
  problemBaseUrl: own.require("problemBaseUrl"),
  /** An image built and tested before (`sha256:...`): deployed as it is. Without it the image is built here. */
  imageDigest: parseImageDigest(own.get("imageDigest"), settings.sizing.image),
  /** When students choose courses, and how many tasks wait for them. */
  enrollmentWindow: parseEnrollmentWindow(own.requireObject("enrollmentWindow"), settings.sizing.api.tasks),
  logLevel: own.get("logLevel") ?? "info",
  /** Addresses of the university: exports and the office of privacy are reached from there only. */
  campusRanges: parseRanges("campusRanges", own.requireObject("campusRanges")),
  /** Addresses that are refused at the firewall, whatever they send. */
  blockedRanges: parseRanges("blockedRanges", own.getObject("blockedRanges") ?? []),
  /** Metadata of the university's sign-in. Without it people are only those whom an administrator enters. */
  samlMetadataUrl: own.get("samlMetadataUrl"),
  /** Who the canary reads and changes: a student made for it, with an agreement for the campus system `canary`. */
  canaryStudentId: settings.sizing.canarySchedule === null ? "" : own.require("canaryStudentId"),
  campusSystems: parseCampusSystems(own.requireObject("campusSystems"), artifacts.apiScopes),
};
export type Config = typeof config;
