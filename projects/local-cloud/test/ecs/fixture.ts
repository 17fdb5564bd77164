import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../src/resource-type.ts";
import type { MadeResource, Resources } from "../support/resources.ts";

/** A small service: answers with what it is, finishes what it began when it is told to stop. */
const SERVER = `
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
if (process.env.CRASH) process.exit(7);
const server = createServer((request, response) => {
  if (request.url === "/health") return void response.writeHead(process.env.SICK ? 503 : 200).end();
  if (request.url === "/slow") return void setTimeout(() => response.end("slow"), 300);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ pid: process.pid, cwd: process.cwd(), argv: process.argv.slice(1), env: process.env }));
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;
const HEALTHCHECK = `
const reply = await fetch(\`http://127.0.0.1:\${process.env.PORT}/health\`).catch(() => undefined);
process.exit(reply?.ok ? 0 : 1);
`;

/** Builds the fixture's image and gives its reference. */
export async function fixtureImage(resources: Resources, folder: string): Promise<string> {
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "dist", "server.mjs"), SERVER);
  writeFileSync(join(folder, "dist", "healthcheck.mjs"), HEALTHCHECK);
  writeFileSync(
    join(folder, "Dockerfile"),
    'FROM node AS runtime\nENV FROM_IMAGE=yes\nWORKDIR /app\nCOPY dist/ /app/\nENTRYPOINT ["node"]\nCMD ["/app/server.mjs"]\n',
  );
  const repository = await resources.create("aws:ecr/repository:Repository", "fixture", { name: "fixture" });
  const image = await resources.create("docker-build:index:Image", "fixture", {
    tags: [`${repository.outputs.repositoryUrl}:v1`],
    context: { location: folder },
    dockerfile: { location: join(folder, "Dockerfile") },
    push: true,
  });
  return `${repository.outputs.repositoryUrl}@${image.outputs.digest}`;
}

export interface ContainerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly more?: Properties;
  readonly definition?: Properties;
}

export function taskDefinition(
  resources: Resources,
  family: string,
  image: string,
  options: ContainerOptions = {},
): Promise<MadeResource> {
  const container = {
    name: "app",
    image,
    essential: true,
    portMappings: [{ containerPort: 8443 }],
    environment: Object.entries(options.environment ?? {}).map(([name, value]) => ({ name, value })),
    stopTimeout: 5,
    ...options.more,
  };
  return resources.create("aws:ecs/taskDefinition:TaskDefinition", family, {
    family,
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    containerDefinitions: JSON.stringify([container]),
    ...options.definition,
  });
}

export function serviceInputs(name: string, definition: MadeResource, more: Properties = {}): Properties {
  return {
    name,
    cluster: "fixture",
    taskDefinition: definition.outputs.arn,
    desiredCount: 2,
    networkConfiguration: { subnets: ["subnet-a"], securityGroups: [] },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    waitForSteadyState: true,
    ...more,
  };
}
