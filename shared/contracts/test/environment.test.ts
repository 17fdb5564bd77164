import { MigrationEnvironment, RelayEnvironment, readEnvironment } from "../src/index.ts";

const migration = {
  DATABASE_HOST: "127.0.0.1",
  DATABASE_PORT: "5433",
  DATABASE_NAME: "records",
  DATABASE_USER: "srs_owner",
};

describe("readEnvironment", () => {
  it("gives numbers as numbers and drops what the schema does not name", () => {
    expect(readEnvironment(MigrationEnvironment, { ...migration, PATH: "/usr/bin" })).toEqual({
      ...migration,
      DATABASE_PORT: 5433,
    });
  });

  it("names every variable that is missing or malformed, and no value", () => {
    const read = () =>
      readEnvironment(MigrationEnvironment, { ...migration, DATABASE_PORT: "70000", DATABASE_USER: undefined });
    expect(read).toThrow(/DATABASE_PORT is malformed; DATABASE_USER is not set/);
    expect(read).not.toThrow(/70000/);
  });

  it("refuses a log level outside the list", () => {
    const relay = {
      ENVIRONMENT: "local",
      DATABASE_HOST: "db.example.edu",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "records",
      DATABASE_SECRET_ARN_A: "arn:aws:secretsmanager:us-east-1:000000000000:secret:srs/local/db/app-a-AbCdEf",
      DATABASE_SECRET_ARN_B: "arn:aws:secretsmanager:us-east-1:000000000000:secret:srs/local/db/app-b-AbCdEf",
      STREAM_NAME: "srs-local-student-events",
    };
    expect(readEnvironment(RelayEnvironment, { ...relay, LOG_LEVEL: "info" }).LOG_LEVEL).toBe("info");
    expect(() => readEnvironment(RelayEnvironment, { ...relay, LOG_LEVEL: "loud" })).toThrow("LOG_LEVEL is malformed");
  });
});
