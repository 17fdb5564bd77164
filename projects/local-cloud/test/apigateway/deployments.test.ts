import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { APIGatewayClient, GetApiKeyCommand } from "@aws-sdk/client-api-gateway";
import { createConnection } from "node:net";
import type { MadeResource } from "../support/resources.ts";
import { apiBody, operation } from "./api-body.ts";
import { DEPLOYMENT, World } from "./world.ts";

describe("a deployed API", () => {
  const world = new World();
  beforeAll(() => world.start(), 60_000);
  afterAll(() => world.close());
  let next: MadeResource;

  const withGrades = () =>
    JSON.stringify(
      apiBody(world.facts, {
        "/students/{id}": { get: operation(world.facts, "get", "/students/{id}") },
        "/grades": { get: operation(world.facts, "get", "/grades") },
      }),
    );

  it("serves a changed body only after a new deployment and a stage that points to it", async () => {
    const status = async () => (await world.call("/grades")).status;
    expect(await status()).toBe(404);
    world.api = await world.change(world.api, { body: withGrades() });
    expect(await status()).toBe(404);
    next = await world.resources.create(DEPLOYMENT, "next", { restApi: world.api.id, triggers: { body: "2" } });
    expect(await status()).toBe(404);
    world.stage = await world.change(world.stage, { deployment: next.id });
    expect(await status()).toBe(200);
  });

  it("can go back to the deployment before", async () => {
    world.stage = await world.change(world.stage, { deployment: world.deployment.id });
    expect((await world.call("/grades")).status).toBe(404);
    world.stage = await world.change(world.stage, { deployment: next.id });
    expect((await world.call("/grades")).status).toBe(200);
  });

  it("keeps a deployment that a stage points to, and lets the others go", async () => {
    await expect(world.resources.remove(next)).rejects.toThrow(
      "Active stages pointing to this deployment must be moved or deleted",
    );
    await world.resources.remove(world.deployment);
    expect(await world.resources.read(world.deployment)).toBeUndefined();
    expect((await world.call("/grades")).status).toBe(200);
  });

  it("refuses a stage whose deployment is another API's", async () => {
    const stage = { restApi: world.api.id, stageName: "other", deployment: "abc123" };
    await expect(world.resources.create("aws:apigateway/stage:Stage", "other", stage)).rejects.toThrow(
      "Invalid deployment identifier specified",
    );
  });

  it("serves again at the same address when the cloud comes back, keys and tokens included", async () => {
    const token = await world.token();
    await world.agent.close();
    await world.cloud.stop();
    await world.openCloud(world.cloud.home);
    const reply = await world.call("/students/1", { headers: { authorization: `Bearer ${token}` } });
    expect(reply.status).toBe(200);
    expect((await world.call("/students/1", { headers: { "x-api-key": "wrong" } })).status).toBe(403);
  });

  it("answers API Gateway's own API with the key's value, and writes no value to a file", async () => {
    const value = world.key.outputs.value as string;
    const sdk = new APIGatewayClient({ ...world.cloud.sdk });
    expect((await sdk.send(new GetApiKeyCommand({ apiKey: world.key.id, includeValue: true }))).value).toBe(value);
    expect(await world.resources.read(world.key)).toMatchObject({ value });
    const files = readdirSync(world.cloud.home, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
    expect(texts.some((text) => text.includes(world.api.id))).toBe(true);
    expect(texts.filter((text) => text.includes(value))).toEqual([]);
  });

  it("is gone with its port when the API is deleted, which its stage prevents", async () => {
    const port = Number(new URL(world.stage.outputs.invokeUrl as string).port);
    await expect(world.resources.remove(world.api)).rejects.toThrow("still has stage v1");
    await world.resources.remove(world.stage);
    await world.resources.remove(world.api);
    await expect(connected(port)).rejects.toThrow("ECONNREFUSED");
    expect(await world.resources.read(world.api)).toBeUndefined();
    expect(readdirSync(join(world.cloud.home, "apigateway"))).toEqual([]);
  });
});

function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}
