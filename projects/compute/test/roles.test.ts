import { fixtures, recordStack, type Recording } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.
/* eslint-disable @typescript-eslint/no-explicit-any */

let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

const statementsOf = (role: string): any[] =>
  JSON.parse(stack.get("aws:iam/rolePolicy:RolePolicy", role).inputs.policy).Statement;
const actionsOf = (role: string): string[] => statementsOf(role).flatMap((statement) => statement.Action);

describe("roles", () => {
  it("are capped by the platform's boundary and taken on behalf of this account only", () => {
    const roles = stack.ofType("aws:iam/role:Role");
    expect(roles).toHaveLength(6);
    for (const { name, inputs } of roles) {
      expect(inputs.permissionsBoundary).toBe(fixtures.security.permissionBoundaryArn);
      if (name !== "api-gateway-logs") expect(inputs.assumeRolePolicy).toContain('"aws:SourceAccount":"000000000000"');
    }
  });

  it("may do nothing by a wildcard", () => {
    const policies = stack.ofType("aws:iam/rolePolicy:RolePolicy");
    expect(policies.length).toBeGreaterThan(4);
    const statements = policies.flatMap(({ name }) => statementsOf(name));
    expect(
      statements.flatMap((statement) => statement.Action).filter((action: string) => action.includes("*")),
    ).toEqual([]);
    const open = statements.filter(({ Resource }) => [Resource].flat().includes("*")).flatMap(({ Action }) => Action);
    expect(new Set(open)).toEqual(
      new Set(["ecr:GetAuthorizationToken", "xray:PutTraceSegments", "xray:PutTelemetryRecords"]),
    );
  });

  it("let the API read its three secrets, and neither write to a stream nor read the master's", () => {
    const [secrets] = statementsOf("api-task");
    const { dbAppA, dbAppB, cacheApi, dbMaster } = fixtures.data.secretArns;
    expect(secrets.Resource).toEqual([dbAppA, dbAppB, cacheApi]);
    expect(JSON.stringify(statementsOf("api-task"))).not.toContain(dbMaster);
    expect(actionsOf("api-task").filter((action) => action.startsWith("kinesis:"))).toEqual([]);
  });

  it("let the relay alone write to the stream", () => {
    const writers = stack
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .filter(({ name }) => actionsOf(name).includes("kinesis:PutRecords"));
    expect(writers.map(({ name }) => name)).toEqual(["relay-task"]);
  });

  it("let keys be used only through the service that holds the data", () => {
    const uses = stack
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .flatMap(({ name }) => statementsOf(name))
      .filter((statement) => [statement.Action].flat().some((action: string) => action.startsWith("kms:")));
    expect(uses.length).toBeGreaterThan(4);
    expect(uses.filter(({ Condition }) => !Condition?.StringEquals?.["kms:ViaService"])).toEqual([]);
  });

  it("let the migration log in as the owner and nothing else that touches data", () => {
    expect(actionsOf("migration")).toEqual(["rds-db:connect", "xray:PutTraceSegments", "xray:PutTelemetryRecords"]);
    expect(statementsOf("migration")[0].Resource).toMatch(/:dbuser:cluster-[A-Z0-9]+\/srs_owner$/);
  });
});
