import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseBody, type ApiDefinition } from "./definition.ts";
import { Routes } from "./routes.ts";
import { BodyValidator } from "./validator.ts";

/** An API as it was when it was deployed, ready to serve. */
export interface CompiledDeployment {
  readonly definition: ApiDefinition;
  readonly routes: Routes;
  readonly validator: BodyValidator;
}

/** Snapshots of bodies, one file per deployment: a changed body is live only with a new deployment. */
export class Deployments {
  readonly #folder: string;
  readonly #compiled = new Map<string, Promise<CompiledDeployment>>();

  constructor(home: string) {
    this.#folder = join(home, "apigateway");
  }

  async save(apiId: string, deploymentId: string, body: string): Promise<void> {
    const file = this.#file(apiId, deploymentId);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, body);
    await rename(`${file}.new`, file);
  }

  async exists(apiId: string, deploymentId: string): Promise<boolean> {
    return await readFile(this.#file(apiId, deploymentId)).then(
      () => true,
      () => false,
    );
  }

  compiled(apiId: string, deploymentId: string): Promise<CompiledDeployment> {
    const key = `${apiId}/${deploymentId}`;
    const compiled = this.#compiled.get(key) ?? this.#compile(apiId, deploymentId);
    this.#compiled.set(key, compiled);
    compiled.catch(() => this.#compiled.delete(key));
    return compiled;
  }

  async remove(apiId: string, deploymentId: string): Promise<void> {
    this.#compiled.delete(`${apiId}/${deploymentId}`);
    await rm(this.#file(apiId, deploymentId), { force: true });
  }

  async removeAll(apiId: string): Promise<void> {
    for (const key of this.#compiled.keys()) if (key.startsWith(`${apiId}/`)) this.#compiled.delete(key);
    await rm(join(this.#folder, apiId), { recursive: true, force: true });
  }

  #file(apiId: string, deploymentId: string): string {
    return join(this.#folder, apiId, `${deploymentId}.json`);
  }

  async #compile(apiId: string, deploymentId: string): Promise<CompiledDeployment> {
    const { definition } = parseBody(await readFile(this.#file(apiId, deploymentId), "utf8"));
    return { definition, routes: new Routes(definition.methods), validator: new BodyValidator(definition) };
  }
}
