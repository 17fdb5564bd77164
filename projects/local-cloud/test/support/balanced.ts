import type { Cloud } from "../../src/cloud.ts";
import type { Properties } from "../../src/resource-type.ts";
import type { MadeResource, Resources } from "./resources.ts";

/** Two subnets in two zones, as far as a load balancer looks at them. */
export async function putSubnets(cloud: Cloud): Promise<void> {
  for (const zone of ["a", "b"]) {
    const outputs = { availabilityZone: `us-east-1${zone}`, vpcId: "vpc-1" };
    const id = `subnet-${zone}`;
    await cloud.account.put({ urn: `urn:${id}`, type: "aws:ec2/subnet:Subnet", id, inputs: outputs, outputs }, []);
  }
}

/** A load balancer with one listener that forwards everything to one target group. */
export async function balanced(
  resources: Resources,
  name: string,
  targetGroup: Properties = {},
): Promise<{ loadBalancer: MadeResource; group: MadeResource; listener: MadeResource }> {
  const loadBalancer = await resources.create("aws:lb/loadBalancer:LoadBalancer", name, {
    name,
    internal: true,
    subnets: ["subnet-a", "subnet-b"],
    idleTimeout: 2,
  });
  const group = await resources.create("aws:lb/targetGroup:TargetGroup", name, {
    name,
    port: 8443,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: "vpc-1",
    deregistrationDelay: 5,
    healthCheck: { path: "/health", interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
    ...targetGroup,
  });
  const listener = await resources.create("aws:lb/listener:Listener", name, {
    loadBalancerArn: loadBalancer.id,
    port: 443,
    protocol: "HTTPS",
    certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/test",
    defaultActions: [{ type: "forward", targetGroupArn: group.id }],
  });
  return { loadBalancer, group, listener };
}
