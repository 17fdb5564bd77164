import { route53resolverService } from "../../src/services/route53resolver/index.ts";
import { put, putBucket } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const CONFIG = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig";
const ASSOCIATION = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation";
const GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/srs/local/dns";

describe("the log of DNS questions", () => {
  const world = useRecordedAccount([route53resolverService]);

  it("goes to a group that is there, for VPCs that are there, once each", async () => {
    const inputs = { name: "dns", destinationArn: GROUP };
    await expect(world.resources.create(CONFIG, "dns", inputs)).rejects.toThrow(
      `the destination ${GROUP} does not exist`,
    );
    await put(world.cloud, "aws:cloudwatch/logGroup:LogGroup", "/srs/local/dns", {}, GROUP);
    const config = await world.resources.create(CONFIG, "dns", inputs);
    expect(config.id).toMatch(/^rqlc-[0-9a-f]{16}$/);
    expect(config.outputs).toMatchObject({
      arn: `arn:aws:route53resolver:us-east-1:000000000000:resolver-query-log-config/${config.id}`,
      ownerId: "000000000000",
      shareStatus: "NOT_SHARED",
    });
    const link = { resolverQueryLogConfigId: config.id, resourceId: "vpc-1" };
    await expect(world.resources.create(ASSOCIATION, "vpc", link)).rejects.toThrow("The ID 'vpc-1' does not exist");
    await put(world.cloud, "aws:ec2/vpc:Vpc", "vpc-1", {});
    const association = await world.resources.create(ASSOCIATION, "vpc", link);
    expect(association.id).toMatch(/^rqlca-[0-9a-f]{16}$/);
    await expect(world.resources.create(ASSOCIATION, "again", link)).rejects.toThrow("EntityAlreadyExists");
    await expect(world.resources.remove(config)).rejects.toThrow("is associated with VPCs");
    await world.resources.remove(association);
    await world.resources.remove(config);
  });

  it("goes to a bucket as well, and nowhere else", async () => {
    await putBucket(world.cloud, "audit");
    await world.resources.create(CONFIG, "bucket", { name: "bucket", destinationArn: "arn:aws:s3:::audit/dns" });
    const sqs = { name: "queue", destinationArn: "arn:aws:sqs:us-east-1:000000000000:dns" };
    expect(await world.resources.failuresOf(CONFIG, sqs)).toMatchObject([{ property: "destinationArn" }]);
  });
});
