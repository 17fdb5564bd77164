import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ec2Service } from "../../src/services/ec2/index.ts";
import { ecrService } from "../../src/services/ecr/index.ts";
import { ecsService } from "../../src/services/ecs/index.ts";
import { efsService } from "../../src/services/efs/index.ts";
import { elbv2Service, type Elbv2Service } from "../../src/services/elbv2/index.ts";
import { fixtureImage, serviceInputs, taskDefinition, type ContainerOptions } from "../ecs/fixture.ts";
import { eventually } from "../support/eventually.ts";
import { HttpsClient } from "../support/https-client.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { smallNetwork, type Part, type SmallNetwork } from "./small-network.ts";

jest.setTimeout(60_000);

/** A task mounts files, pulls its image and writes logs before it runs; then the balancer comes. */
const BREAKS: readonly (readonly [part: Part, said: RegExp])[] = [
  [
    "rule app out to everywhere",
    /CannotPullContainerError: service \w+ \[app\] -> AWS ecr.api tcp 443: app .* has no egress rule/,
  ],
  [
    "rule app out to files",
    /ResourceInitializationError: failed to mount fs-\w+: .* app .* has no egress rule for tcp 2049 to files/,
  ],
  [
    "rule files in from app",
    /ResourceInitializationError: failed to mount fs-\w+: .* files .* has no ingress rule for tcp 2049 from app/,
  ],
];

describe("a task of the network", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let network: SmallNetwork;
  let options: ContainerOptions;
  let image: string;
  const folder = mkdtempSync(join(tmpdir(), "local-cloud-network-"));

  beforeAll(async () => {
    cloud = await startTestCloud([ec2Service, efsService, ecrService, elbv2Service, ecsService]);
    resources = new Resources(cloud);
    network = await smallNetwork(resources);
    await resources.create("aws:ecs/cluster:Cluster", "fixture", { name: "fixture" });
    image = await fixtureImage(resources, folder);
    const { id: fileSystemId } = await resources.create("aws:efs/fileSystem:FileSystem", "files", {});
    const accessPoint = await resources.create("aws:efs/accessPoint:AccessPoint", "files", {
      fileSystemId,
      rootDirectory: { path: "/files", creationInfo: { ownerUid: 1000, ownerGid: 1000, permissions: "0750" } },
    });
    await resources.create("aws:efs/mountTarget:MountTarget", "files", {
      ...{ fileSystemId, subnetId: network.subnetIds.isolated, securityGroups: [network.groupIds.files] },
    });
    const efs = {
      fileSystemId,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: accessPoint.id, iam: "DISABLED" },
    };
    options = {
      more: { mountPoints: [{ sourceVolume: "files", containerPath: "/files" }] },
      definition: { volumes: [{ name: "files", efsVolumeConfiguration: efs }] },
    };
  });
  afterAll(async () => {
    await cloud?.close();
    rmSync(folder, { recursive: true });
  });

  const networkConfiguration = () => ({
    subnets: [network.subnetIds.private],
    securityGroups: [network.groupIds.app],
  });
  const serve = async (name: string, more: object = {}): Promise<MadeResource> => {
    const definition = await taskDefinition(resources, name, image, options);
    const inputs = { networkConfiguration: networkConfiguration(), desiredCount: 1, ...more };
    return resources.create("aws:ecs/service:Service", name, serviceInputs(name, definition, inputs));
  };

  it.each(BREAKS)("does not start without the %s, and says so", async (part, said) => {
    const name = part.replaceAll(" ", "");
    const putBack = await network.remove(part);
    await expect(serve(name)).rejects.toThrow(said);
    await putBack();
    await resources.remove(await serve(`${name}whole`));
  });

  it("is healthy for a load balancer only as long as its rules let the balancer come", async () => {
    const second = await resources.create("aws:ec2/subnet:Subnet", "second", {
      ...{ vpcId: network.vpcId, cidrBlock: "10.40.4.0/24", availabilityZone: "us-east-1b" },
    });
    const loadBalancer = await resources.create("aws:lb/loadBalancer:LoadBalancer", "inner", {
      ...{ name: "inner", internal: true, idleTimeout: 2 },
      ...{ subnets: [network.subnetIds.private, second.id], securityGroups: [network.groupIds.balancer] },
    });
    const group = await resources.create("aws:lb/targetGroup:TargetGroup", "inner", {
      ...{ name: "inner", port: 8443, protocol: "HTTP", targetType: "ip", vpcId: network.vpcId },
      deregistrationDelay: 1,
      healthCheck: { path: "/health", interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
    });
    const listener = await resources.create("aws:lb/listener:Listener", "inner", {
      ...{ loadBalancerArn: loadBalancer.id, port: 443, protocol: "HTTPS" },
      certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/test",
      defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404", contentType: "text/plain" } }],
    });
    await resources.create("aws:lb/listenerRule:ListenerRule", "inner", {
      ...{ listenerArn: listener.id, priority: 1, actions: [{ type: "forward", targetGroupArn: group.id }] },
      conditions: [{ pathPattern: { values: ["/*"] } }],
    });
    await serve("balanced", {
      loadBalancers: [{ targetGroupArn: group.id, containerName: "app", containerPort: 8443 }],
      healthCheckGracePeriodSeconds: 600,
    });
    const elbv2 = cloud.service<Elbv2Service>("elbv2");
    const client = new HttpsClient(cloud, elbv2.addressOf(loadBalancer.id, 443));
    expect(await client.call("/")).toMatchObject({ status: 200 });

    const putBack = await network.remove("rule app in from balancer");
    cloud.network.cutRefused();
    expect(await client.call("/")).toMatchObject({ status: 502 });
    await putBack();
    await eventually(async () => expect(await client.call("/")).toMatchObject({ status: 200 }));
    client.close();
  });
});
