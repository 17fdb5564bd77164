import {
  DescribeReplicationGroupsCommand,
  DescribeUsersCommand,
  ElastiCacheClient,
  ModifyUserCommand,
  TestFailoverCommand,
} from "@aws-sdk/client-elasticache";
import { Redis } from "ioredis";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { elasticacheService } from "../../src/services/elasticache/index.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { eventually } from "../support/eventually.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const FIRST = "the-first-password-of-the-api-user";
const SECOND = "the-second-password-of-the-api-user";
const THROW_AWAY = "a-password-that-nobody-ever-uses";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(60_000);

describe("a replication group", () => {
  let cloud: TestCloud;
  let group: MadeResource;
  let userGroup: MadeResource;
  let apiUser: MadeResource;
  const clients: Redis[] = [];

  const user = (userId: string, userName: string, accessString: string, password: string) =>
    new Resources(cloud).create("aws:elasticache/user:User", userId, {
      ...{ userId, userName, accessString, engine: "redis" },
      authenticationMode: { type: "password", passwords: [password] },
    });

  beforeAll(async () => {
    cloud = await startTestCloud([elasticacheService]);
    const defaultUser = await user("srs-default", "default", "off ~* -@all", THROW_AWAY);
    apiUser = await user("srs-api", "srs-api", "on ~* +@read +@write +@connection -@dangerous", FIRST);
    await expect(
      new Resources(cloud).create("aws:elasticache/userGroup:UserGroup", "no-default", {
        userGroupId: "no-default",
        engine: "redis",
        userIds: [apiUser.id],
      }),
    ).rejects.toThrow("DefaultUserRequired");
    userGroup = await new Resources(cloud).create("aws:elasticache/userGroup:UserGroup", "srs", {
      ...{ userGroupId: "srs", engine: "redis", userIds: [defaultUser.id, apiUser.id] },
    });
    await new Resources(cloud).create("aws:elasticache/parameterGroup:ParameterGroup", "srs", {
      ...{ name: "srs", family: "redis7", parameters: [{ name: "slowlog-max-len", value: "256" }] },
    });
    group = await new Resources(cloud).create("aws:elasticache/replicationGroup:ReplicationGroup", "srs-cache", {
      ...{ replicationGroupId: "srs-cache", description: "Cache", engine: "redis", engineVersion: "7.1" },
      ...{
        nodeType: "cache.t4g.micro",
        numCacheClusters: 2,
        automaticFailoverEnabled: true,
        parameterGroupName: "srs",
      },
      ...{ transitEncryptionEnabled: true, userGroupIds: [userGroup.id] },
    });
  });
  afterAll(async () => {
    for (const client of clients) if (client.status !== "end") client.disconnect();
    await cloud?.close();
  });

  async function connect(
    options: { host?: string; username?: string; password?: string; tls?: object } = {},
  ): Promise<Redis> {
    const client = new Redis({
      host: group.outputs.primaryEndpointAddress as string,
      port: group.outputs.port as number,
      ...{ username: "srs-api", password: FIRST, tls: { ca: readFileSync(cloud.certificates.caFile, "utf8") } },
      ...{
        lazyConnect: true,
        enableReadyCheck: false,
        retryStrategy: () => null,
        maxRetriesPerRequest: 0,
        connectTimeout: 3_000,
        ...options,
      },
    });
    // The server's own words come as an event; the promise only says that the connection is closed.
    const said: Error[] = [];
    client.on("error", (error: Error) => said.push(error));
    clients.push(client);
    try {
      await client.connect();
      await client.ping();
    } catch (error) {
      throw said[0] ?? error;
    }
    return client;
  }
  const reader = () => ({ host: group.outputs.readerEndpointAddress as string });

  it("lets a user in over verified TLS, and only with its password", async () => {
    expect(await (await connect()).set("key", "value")).toBe("OK");
    await expect(connect({ password: SECOND })).rejects.toThrow(/WRONGPASS/);
    await expect(connect({ username: "default", password: THROW_AWAY })).rejects.toThrow(/WRONGPASS/);
    await expect(connect({ tls: {} })).rejects.toThrow();
    await expect(connect({ tls: undefined })).rejects.toThrow();
  });

  it("holds a user to its access string, and keeps ElastiCache's own commands from everybody", async () => {
    const client = await connect();
    await expect(client.call("eval", "return 1", "0")).rejects.toThrow(/NOPERM/);
    await expect(client.call("config", "get", "maxmemory")).rejects.toThrow(/NOPERM/);
    await expect(client.call("acl", "setuser", "srs-api", "+@all")).rejects.toThrow(/NOPERM/);
  });

  it("shows the replica what the primary has, and takes no write there", async () => {
    await (await connect()).set("replicated", "yes");
    const replica = await connect(reader());
    await eventually(async () => expect(await replica.get("replicated")).toBe("yes"));
    await expect(replica.set("key", "value")).rejects.toThrow(/READONLY/);
  });

  it("changes passwords by ModifyUser on the running servers, keeps open connections, and knows no clear password on disk", async () => {
    const api = new ElastiCacheClient(cloud.sdk);
    const open = await connect();
    await api.send(new ModifyUserCommand({ UserId: "srs-api", Passwords: [FIRST, SECOND] }));
    await connect({ password: SECOND });
    await api.send(
      new ModifyUserCommand({ UserId: "srs-api", AuthenticationMode: { Type: "password", Passwords: [SECOND] } }),
    );
    await expect(connect({ password: FIRST })).rejects.toThrow(/WRONGPASS/);
    await connect({ ...reader(), password: SECOND });
    expect(await open.get("key")).toBe("value");

    const { Users } = await api.send(new DescribeUsersCommand({ UserId: "srs-api" }));
    expect(Users).toMatchObject([
      { Status: "active", UserGroupIds: ["srs"], Authentication: { Type: "password", PasswordCount: 1 } },
    ]);
    await expect(api.send(new ModifyUserCommand({ UserId: "srs-api", Passwords: ["short"] }))).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
    await expect(api.send(new DescribeUsersCommand({ UserId: "nobody" }))).rejects.toMatchObject({
      name: "UserNotFoundFault",
    });
    api.destroy();

    // All but the account, from which the provider leaves out what the engine calls secret; no engine runs here.
    const files = readdirSync(cloud.home, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== "account.json",
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const content = readFileSync(join(file.parentPath, file.name), "latin1");
      for (const password of [FIRST, SECOND, THROW_AWAY]) expect(content).not.toContain(password);
    }
  });

  it("keeps the password the API set when the program changes the user otherwise", async () => {
    apiUser = await new Resources(cloud).update(apiUser, {
      ...apiUser.inputs,
      accessString: "on ~* +@read +@write +@connection +@scripting -@dangerous",
    });
    const client = await connect({ password: SECOND });
    expect(await client.call("eval", "return 1", "0")).toBe(1);
  });

  it("finds everything again after a restart of the cloud, on the same processes", async () => {
    const { home } = cloud;
    const pid = () => cloud.processes.get("elasticache-srs-cache-001")?.pid;
    const before = pid();
    await cloud.stop();
    cloud = await startTestCloud([elasticacheService], { home });
    expect(pid()).toBe(before);
    expect(await (await connect({ password: SECOND })).get("key")).toBe("value");
  });

  it("starts a killed replica again by itself, with what the primary has", async () => {
    const killed = cloud.processes.get("elasticache-srs-cache-002")!.pid;
    process.kill(killed, "SIGKILL");
    await eventually(async () => {
      expect(cloud.processes.get("elasticache-srs-cache-002")!.pid).not.toBe(killed);
      expect(await new Resources(cloud).read(group)).toMatchObject({ numCacheClusters: 2 });
    });
    await eventually(async () =>
      expect(await (await connect({ ...reader(), password: SECOND })).get("key")).toBe("value"),
    );
  });

  describe("when the primary is lost", () => {
    const api = () => new ElastiCacheClient(cloud.sdk);
    const rolesOf = async () => {
      const client = api();
      const { ReplicationGroups } = await client.send(
        new DescribeReplicationGroupsCommand({ ReplicationGroupId: "srs-cache" }),
      );
      client.destroy();
      const members = ReplicationGroups![0]!.NodeGroups![0]!.NodeGroupMembers!;
      return {
        status: ReplicationGroups![0]!.Status,
        ...Object.fromEntries(members.map(({ CacheClusterId, CurrentRole }) => [CacheClusterId, CurrentRole])),
      };
    };
    /** Written, and held by the replica too. */
    const writeSafely = async (key: string) => {
      const client = await eventually(() => connect({ password: SECOND }));
      await eventually(async () => {
        await client.set(key, "value");
        expect(await client.wait(1, 1_000)).toBe(1);
      });
    };
    const followed = { "srs-cache-001": "replica", "srs-cache-002": "primary", status: "available" };

    it("promotes the replica: what it held is served on, and the former primary comes back as a replica", async () => {
      await writeSafely("kept");
      process.kill(cloud.processes.get("elasticache-srs-cache-001")!.pid, "SIGKILL");
      const client = await eventually(() => connect({ password: SECOND }));
      expect(await client.get("kept")).toBe("value");
      await eventually(async () => expect(await rolesOf()).toEqual(followed));
      await writeSafely("later");
      expect(await (await connect({ ...reader(), password: SECOND })).get("later")).toBe("value");
    });

    it("remembers who the primary is over a restart of the cloud, even when all servers died with it", async () => {
      await writeSafely("before");
      const { home } = cloud;
      const pids = ["001", "002"].map((node) => cloud.processes.get(`elasticache-srs-cache-${node}`)!.pid);
      await cloud.stop();
      for (const pid of pids) process.kill(pid, "SIGKILL");
      cloud = await startTestCloud([elasticacheService], { home });
      await eventually(async () => expect(await rolesOf()).toEqual(followed));
      const client = await connect({ password: SECOND });
      expect(await client.get("before")).toBeNull();
      await writeSafely("after");
    });

    it("fails over for a drill", async () => {
      const client = api();
      const drill = (NodeGroupId: string) =>
        client.send(new TestFailoverCommand({ ReplicationGroupId: "srs-cache", NodeGroupId }));
      await expect(drill("0002")).rejects.toMatchObject({ name: "NodeGroupNotFoundFault" });
      await writeSafely("drilled");
      await drill("0001");
      await eventually(async () =>
        expect(await rolesOf()).toEqual({
          "srs-cache-001": "primary",
          "srs-cache-002": "replica",
          status: "available",
        }),
      );
      expect(await (await connect({ password: SECOND })).get("drilled")).toBe("value");
      client.destroy();
    });
  });

  it("refuses to delete a user group in use; afterwards nothing is left of the group", async () => {
    await expect(new Resources(cloud).remove(userGroup)).rejects.toThrow("in use");
    await new Resources(cloud).remove(group);
    expect(cloud.processes.list().filter(({ name, alive }) => name.startsWith("elasticache-") && alive)).toEqual([]);
    await expect(connect({ password: SECOND })).rejects.toThrow();
    await new Resources(cloud).remove(userGroup);
  });
});
