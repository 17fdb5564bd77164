import type { RdsService } from "../../src/services/rds/index.ts";
import { masterPassword, startDatabase, withClient, type Database } from "./database-fixture.ts";

describe("the managed master password", () => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase();
  });
  afterAll(() => database.cloud.close());

  const logIn = (password: string) => {
    const port = database.cluster.outputs.port as number;
    const login = { host: "127.0.0.1", port, user: "srsroot", password };
    return withClient(database.cloud, login, (client) => client.query("select 1"));
  };

  it("is another one after its rotation: the old one opens nothing, the secret's opens the database", async () => {
    const before = await masterPassword(database);
    await logIn(before);
    const rds = database.cloud.service<RdsService>("rds");
    const secretArn = database.cluster.outputs.masterUserSecrets[0].secretArn as string;
    expect(rds.managesSecret(secretArn)).toBe(true);
    await rds.rotateMasterPassword(secretArn);
    const after = await masterPassword(database);
    expect(after).not.toBe(before);
    await logIn(after);
    await expect(logIn(before)).rejects.toMatchObject({ code: "28P01" });
  });

  it("is rotated for the secrets of clusters alone", async () => {
    const rds = database.cloud.service<RdsService>("rds");
    expect(rds.managesSecret("arn:aws:secretsmanager:us-east-1:000000000000:secret:other-AbCdEf")).toBe(false);
    await expect(rds.rotateMasterPassword("other")).rejects.toThrow("does not manage");
  });
});
