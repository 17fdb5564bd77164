// What the applications' builds left for this stack to deploy. The stack reads files, never an application's source.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { type OpenApi31, scopesOf } from "@records/components";

const PROJECTS = join(import.meta.dirname, "..", "..");
const CONSUMERS = join(PROJECTS, "consumers", "dist");

export interface Artifacts {
  /** The service's own description of itself: routes, schemas, scopes. */
  readonly apiDocument: OpenApi31;
  /** Every scope that some operation asks for, in alphabetical order. */
  readonly apiScopes: readonly string[];
  /** Folder that the image is built from. */
  readonly imageContext: string;
  /** Changes with the image's content and with nothing else. */
  readonly imageTag: string;
  readonly migrationFolder: string;
  /** Over the SQL files: a new digest means that there is something to migrate. */
  readonly migrationsDigest: string;
  /** Folder of a stream consumer's function. @throws when it is not built */
  consumerFolder(purpose: string): string;
  readonly auditExporterFolder: string;
  /** Holds the canary's script in the layout that Synthetics wants. */
  readonly canaryFolder: string;
}

export function builtArtifacts(): Artifacts {
  const imageContext = join(PROJECTS, "api");
  const apiDocument = JSON.parse(readFileSync(built(join(imageContext, "dist", "openapi.json")), "utf8")) as OpenApi31;
  const migrationFolder = built(join(PROJECTS, "database", "dist", "migration"));
  const image = [
    built(join(imageContext, "dist", "image")),
    join(imageContext, "mounts"),
    join(imageContext, "Dockerfile"),
  ];
  return {
    apiDocument,
    apiScopes: scopesOf(apiDocument),
    imageContext,
    imageTag: digestOf(imageContext, image).slice(0, 16),
    migrationFolder,
    migrationsDigest: digestOf(migrationFolder, [join(migrationFolder, "migrations")]),
    consumerFolder: (purpose) => built(join(CONSUMERS, purpose)),
    auditExporterFolder: built(join(CONSUMERS, "audit-exporter")),
    canaryFolder: built(join(imageContext, "dist", "canary")),
  };
}

/** SHA-256 over names (below `root`) and contents of all files in the given files and folders, whatever order a disk lists them in. */
export function digestOf(root: string, places: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of places.flatMap(filesIn).sort()) {
    const content = createHash("sha256").update(readFileSync(file)).digest("hex");
    hash.update(`${relative(root, file)}\0${content}\n`);
  }
  return hash.digest("hex");
}

function filesIn(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place).flatMap((name) => filesIn(join(place, name)));
}

function built(path: string): string {
  if (existsSync(path)) return path;
  throw new Error(
    `${relative(process.cwd(), path)} is not there: the applications are not built, so there is nothing to deploy. Run make build first.`,
  );
}
