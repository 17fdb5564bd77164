import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudwatchService } from "../../src/services/cloudwatch/index.ts";
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

describe("a deployment that goes wrong", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let image: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ecs-rollback-"));
    cloud = await startTestCloud([ecrService, elbv2Service, cloudwatchService, ecsService]);
    resources = new Resources(cloud);
    await putSubnets(cloud);
    await resources.create("aws:ecs/cluster:Cluster", "fixture", { name: "fixture" });
    image = await fixtureImage(resources, folder);
  });
  afterAll(async () => {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tasksOf = (name: string) => cloud.processes.list().filter((process) => process.name.startsWith(`ecs-${name}-`));
  const behind = (group: MadeResource) => ({
    loadBalancers: [{ targetGroupArn: group.id, containerName: "app", containerPort: 8443 }],
  });
  /** Calls without a pause while something happens; gives all replies. */
  async function calling(loadBalancer: MadeResource, work: () => Promise<unknown>): Promise<readonly Reply[]> {
    const client = new HttpsClient(cloud, cloud.service<Elbv2Service>("elbv2").addressOf(loadBalancer.id, 443));
    const replies: Reply[] = [];
    let going = true;
    const loop = (async () => {
      while (going) replies.push(await client.call("/"));
    })();
    try {
      await work();
    } finally {
      going = false;
      await loop;
      client.close();
    }
    return replies;
  }
  const setAlarm = async (AlarmName: string, StateValue: string) => {
    const { api } = cloud.services.find(({ name }) => name === "cloudwatch")!;
    const answer = await api!.handle({
      ...{ service: "monitoring", action: "SetAlarmState", principalArn: "", method: "POST", path: "/" },
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: Buffer.from(JSON.stringify({ AlarmName, StateValue, StateReason: "test" })),
    });
    expect(answer?.status).toBe(200);
  };
  const makeAlarm = (name: string) =>
    resources.create("aws:cloudwatch/metricAlarm:MetricAlarm", name, {
      ...{ name, namespace: "AWS/ApplicationELB", metricName: "HTTPCode_Target_5XX_Count", statistic: "Sum" },
      ...{ period: 60, evaluationPeriods: 2, threshold: 1, comparisonOperator: "GreaterThanThreshold" },
      dimensions: { LoadBalancer: "app/x/1" },
    });

  it("because its image crashes at start is rolled back by the circuit breaker without a failed request", async () => {
    const { loadBalancer, group } = await balanced(resources, "crashes");
    const good = await taskDefinition(resources, "crashes", image, { environment: { VERSION: "good" } });
    const service = await resources.create(SERVICE, "crashes", serviceInputs("crashes", good, behind(group)));
    const before = tasksOf("crashes").map(({ pid }) => pid);
    const bad = await taskDefinition(resources, "crashes-bad", image, { environment: { CRASH: "yes" } });

    const replies = await calling(loadBalancer, () =>
      expect(resources.update(service, serviceInputs("crashes", bad, behind(group)))).rejects.toThrow(
        "ECS deployment circuit breaker was triggered",
      ),
    );
    expect(replies.length).toBeGreaterThan(10);
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expect(replies.map(({ body }) => JSON.parse(body).env.VERSION)).not.toContain(undefined);
    expect(tasksOf("crashes").map(({ pid }) => pid)).toEqual(before);
    await resources.remove(service);
  });

  it("because an alarm is raised meanwhile is rolled back, though its tasks look healthy", async () => {
    await makeAlarm("errors");
    const { loadBalancer, group } = await balanced(resources, "alarmed");
    const alarms = { alarms: { enable: true, rollback: true, alarmNames: ["errors"] } };
    const inputs = (definition: MadeResource) =>
      serviceInputs("alarmed", definition, { ...behind(group), ...alarms, healthCheckGracePeriodSeconds: 30 });
    const one = await taskDefinition(resources, "alarmed", image, { environment: { VERSION: "one" } });
    const service = await resources.create(SERVICE, "alarmed", inputs(one));
    // Never healthy at the balancer, and not given up within its grace period: the deployment stays under way.
    const two = await taskDefinition(resources, "alarmed-two", image, { environment: { SICK: "yes" } });

    const replies = await calling(loadBalancer, async () => {
      const failed = expect(resources.update(service, inputs(two))).rejects.toThrow(
        /alarm detected: errors\. The service is rolled back to .*:task-definition\/alarmed:1\./,
      );
      await eventually(() => expect(tasksOf("alarmed").length).toBeGreaterThan(2));
      await setAlarm("errors", "ALARM");
      await failed;
    });
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await resources.read(service)).toMatchObject({ taskDefinition: one.outputs.arn });

    // The alarm is still raised, and the next deployment may be what mends it.
    const three = await taskDefinition(resources, "alarmed-three", image, { environment: { VERSION: "three" } });
    await resources.update(service, inputs(three));
    expect(await resources.read(service)).toMatchObject({ taskDefinition: three.outputs.arn });
    await resources.remove(service);
  });

  it("is not undone by an alarm that the service does not name", async () => {
    await makeAlarm("unrelated");
    await setAlarm("unrelated", "ALARM");
    const definition = await taskDefinition(resources, "named", image);
    const service = await resources.create(
      SERVICE,
      "named",
      serviceInputs("named", definition, {
        alarms: { enable: true, rollback: true, alarmNames: ["errors-of-others"] },
      }),
    );
    await resources.remove(service);
  });
});
