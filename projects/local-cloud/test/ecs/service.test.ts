import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ecrService } from "../../src/services/ecr/index.ts";
import { ecsService } from "../../src/services/ecs/index.ts";
import { elbv2Service, type Elbv2Service } from "../../src/services/elbv2/index.ts";
import { balanced, putSubnets } from "../support/balanced.ts";
import { eventually } from "../support/eventually.ts";
import { HttpsClient, type Reply } from "../support/https-client.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { fixtureImage, serviceInputs, taskDefinition } from "./fixture.ts";

jest.setTimeout(60_000);

const SERVICE = "aws:ecs/service:Service";
const services = [ecrService, elbv2Service, ecsService];

describe("an ECS service", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let image: string;
  let folder: string;
  const clients: HttpsClient[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ecs-fixture-"));
    cloud = await startTestCloud(services);
    resources = new Resources(cloud);
    await putSubnets(cloud);
    await resources.create("aws:ecs/cluster:Cluster", "fixture", { name: "fixture" });
    image = await fixtureImage(resources, folder);
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tasksOf = (name: string) => cloud.processes.list().filter((process) => process.name.startsWith(`ecs-${name}-`));
  const client = (loadBalancer: MadeResource): HttpsClient => {
    const made = new HttpsClient(cloud, cloud.service<Elbv2Service>("elbv2").addressOf(loadBalancer.id, 443));
    clients.push(made);
    return made;
  };
  const behind = (group: MadeResource) => ({
    loadBalancers: [{ targetGroupArn: group.id, containerName: "app", containerPort: 8443 }],
  });
  /** Calls without a pause until told to stop; gives all replies. */
  function loop(caller: HttpsClient, path = "/"): { stop: () => Promise<Reply[]> } {
    const replies: Reply[] = [];
    let going = true;
    const done = (async () => {
      while (going) replies.push(await caller.call(path));
    })();
    return {
      stop: async () => {
        going = false;
        await done;
        return replies;
      },
    };
  }

  it("runs its tasks from the image, with the environment of image, definition and platform and nothing else", async () => {
    const { loadBalancer, group } = await balanced(resources, "env");
    const definition = await taskDefinition(resources, "env", image, {
      environment: { GREETING: "hello", PORT: "8443", SCRATCH: "/scratch", CACHE_FILE: "/scratch/cache.bin" },
      more: { mountPoints: [{ sourceVolume: "tmp", containerPath: "/scratch" }] },
      definition: { volumes: [{ name: "tmp" }], taskRoleArn: "arn:aws:iam::000000000000:role/fixture" },
    });
    process.env.NOT_FOR_TASKS = "leaked";
    const service = await resources.create(
      SERVICE,
      "env",
      serviceInputs("env", definition, { desiredCount: 1, ...behind(group) }),
    );

    const seen = JSON.parse((await client(loadBalancer).call("/")).body);
    expect(seen.argv[0]).toBe(join(seen.cwd, "server.mjs"));
    expect(seen.env).toMatchObject({
      ...{ GREETING: "hello", FROM_IMAGE: "yes", AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: cloud.awsEndpointUrl },
      ...{ NODE_EXTRA_CA_CERTS: cloud.certificates.caFile },
    });
    expect(seen.env.PORT).not.toBe("8443");
    expect(readdirSync(seen.env.SCRATCH)).toEqual([]);
    expect(seen.env.CACHE_FILE).toBe(join(seen.env.SCRATCH, "cache.bin"));
    expect(seen.env).not.toHaveProperty("NOT_FOR_TASKS");
    const credentials = await fetch(seen.env.AWS_CONTAINER_CREDENTIALS_FULL_URI);
    expect(await credentials.json()).toMatchObject({ AccessKeyId: expect.stringMatching(/^ASIA/) });

    await resources.remove(service);
    expect(tasksOf("env")).toEqual([]);
    expect(() => readdirSync(seen.env.SCRATCH)).toThrow("ENOENT");
  });

  it("rolls a new definition out without a failed request while clients go on calling", async () => {
    const { loadBalancer, group } = await balanced(resources, "rolling");
    const one = await taskDefinition(resources, "rolling", image, { environment: { VERSION: "one" } });
    const service = await resources.create(SERVICE, "rolling", serviceInputs("rolling", one, behind(group)));
    const before = tasksOf("rolling").map(({ pid }) => pid);
    expect(before).toHaveLength(2);

    const loops = [loop(client(loadBalancer)), loop(client(loadBalancer), "/slow")];
    const two = await taskDefinition(resources, "rolling-two", image, { environment: { VERSION: "two" } });
    await resources.update(service, serviceInputs("rolling", two, behind(group)));
    const replies = (await Promise.all(loops.map(({ stop }) => stop()))).flat();

    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expect(replies.length).toBeGreaterThan(10);
    const after = await client(loadBalancer).call("/");
    expect(JSON.parse(after.body).env.VERSION).toBe("two");
    expect(tasksOf("rolling").map(({ pid }) => pid)).toHaveLength(2);
    expect(before.some((pid) => tasksOf("rolling").some((task) => task.pid === pid))).toBe(false);
    await resources.remove(service);
  });

  it.each([
    ["exit at once", { CRASH: "yes" }],
    ["are refused an image", { IMAGE: "absent" }],
  ])(
    "goes back to the old definition when tasks of the new one %s, and the old ones stay",
    async (_what, environment) => {
      const name = "CRASH" in environment ? "breaker" : "no-image";
      const good = await taskDefinition(resources, name, image);
      const service = await resources.create(SERVICE, name, serviceInputs(name, good));
      const before = tasksOf(name).map(({ pid }) => pid);
      const absent = image.replace(/@.*/, `@sha256:${"0".repeat(64)}`);
      const bad = await taskDefinition(resources, `${name}-bad`, "IMAGE" in environment ? absent : image, {
        environment,
      });

      const failed = resources.update(service, serviceInputs(name, bad));
      await expect(failed).rejects.toThrow("ECS deployment circuit breaker was triggered");
      await expect(failed).rejects.toThrow("IMAGE" in environment ? "CannotPullContainerError" : "exit code 7");
      expect(tasksOf(name).map(({ pid }) => pid)).toEqual(before);
      expect(await resources.read(service)).toMatchObject({ taskDefinition: good.outputs.arn, desiredCount: 2 });
      await resources.remove(service);
    },
  );

  it("leaves nothing behind when its first tasks cannot be started", async () => {
    const bad = await taskDefinition(resources, "stillborn", image, { environment: { CRASH: "yes" } });
    await expect(resources.create(SERVICE, "stillborn", serviceInputs("stillborn", bad))).rejects.toThrow(
      "circuit breaker",
    );
    expect(tasksOf("stillborn")).toEqual([]);
    expect(cloud.account.ofType(SERVICE).some(({ inputs }) => inputs.name === "stillborn")).toBe(false);
  });

  it("replaces a killed task, while the other one serves every request", async () => {
    const { loadBalancer, group } = await balanced(resources, "killed");
    const definition = await taskDefinition(resources, "killed", image);
    const service = await resources.create(SERVICE, "killed", serviceInputs("killed", definition, behind(group)));
    const [victim, survivor] = tasksOf("killed");

    process.kill(victim?.pid ?? 0, "SIGKILL");
    await eventually(() => {
      const pids = tasksOf("killed").map(({ pid }) => pid);
      expect(pids).toHaveLength(2);
      expect(pids).not.toContain(victim?.pid);
      expect(pids).toContain(survivor?.pid);
    });
    const caller = client(loadBalancer);
    const seen = await eventually(async () => {
      const replies = await Promise.all(Array.from({ length: 10 }, () => caller.call("/")));
      expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
      const pids = new Set(replies.map(({ body }) => JSON.parse(body).pid));
      expect(pids.size).toBe(2);
      return pids;
    });
    expect(seen.has(victim?.pid)).toBe(false);
    await resources.remove(service);
  });

  it("waits for the container's own health check, and replaces a task that fails it", async () => {
    const healthCheck = { command: ["CMD", "node", "/app/healthcheck.mjs"], interval: 5, timeout: 2, retries: 1 };
    const healthy = await taskDefinition(resources, "checked", image, { more: { healthCheck } });
    const service = await resources.create(SERVICE, "checked", serviceInputs("checked", healthy, { desiredCount: 1 }));
    const sick = await taskDefinition(resources, "checked-sick", image, {
      environment: { SICK: "yes" },
      more: { healthCheck },
    });
    await expect(resources.update(service, serviceInputs("checked", sick, { desiredCount: 1 }))).rejects.toThrow(
      "failed health checks",
    );
    expect(tasksOf("checked")).toHaveLength(1);
    await resources.remove(service);
  });

  it("keeps its tasks over a restart of the cloud, without restarting them", async () => {
    const home = mkdtempSync(join(tmpdir(), "ecs-again-"));
    let again = await startTestCloud(services, { home });
    try {
      const own = new Resources(again);
      await putSubnets(again);
      await own.create("aws:ecs/cluster:Cluster", "fixture", { name: "fixture" });
      const ownImage = await fixtureImage(own, folder);
      const { loadBalancer, group } = await balanced(own, "adopted");
      const definition = await taskDefinition(own, "adopted", ownImage);
      await own.create(SERVICE, "adopted", serviceInputs("adopted", definition, behind(group)));
      const before = again.processes
        .list()
        .map(({ pid }) => pid)
        .toSorted();

      await again.stop();
      process.kill(before[0] ?? 0, "SIGKILL"); // dies while nobody looks
      again = await startTestCloud(services, { home });
      const caller = new HttpsClient(again, again.service<Elbv2Service>("elbv2").addressOf(loadBalancer.id, 443));
      clients.push(caller);
      await eventually(async () => {
        const pids = new Set<number>();
        for (let n = 0; n < 8; n += 1) pids.add(JSON.parse((await caller.call("/")).body).pid);
        expect(pids.has(before[1] ?? 0)).toBe(true);
        expect(pids.has(before[0] ?? 0)).toBe(false);
        expect(pids.size).toBe(2);
      });
    } finally {
      await again.close();
    }
  });

  it("is refused a target group that no listener forwards to", async () => {
    const definition = await taskDefinition(resources, "unattached", image);
    const { group, listener } = await balanced(resources, "unattached");
    await resources.remove(listener);
    const inputs = serviceInputs("unattached", definition, behind(group));
    await expect(resources.create(SERVICE, "unattached", inputs)).rejects.toThrow(
      "does not have an associated load balancer",
    );
  });
});
