/**
 * A call that a role may make and its endpoint refuses is seen on AWS only, as a denial in production. So the roles of
 * the later layers are held against the policies of this one.
 */
import { recordSystem, statements, type PolicyStatement, type RecordedSystem, type Recording } from "@records/testing";

let system: RecordedSystem;
beforeAll(async () => {
  system = await recordSystem("prod");
}, 120_000);

/** Roles of what runs in the network. */
const INSIDE = /^srs-prod-(api-execution|api-task|relay-task|consumer-[a-z-]+|audit-exporter|migration|rotation)$/;

/** Services with an endpoint; all others are reached through NAT, by name. */
const ENDPOINTS: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    [
      "secretsmanager",
      "kms",
      "logs",
      "sts",
      "sqs",
      "ssm",
      "elasticfilesystem",
      "xray",
      "lambda",
      "ec2",
      "events",
      "rds",
      "s3",
    ].map((service) => [service, [service]]),
  ),
  ecr: ["ecr-api"],
  kinesis: ["kinesis-streams"],
  cloudwatch: ["monitoring"],
};

/** What AWS does in a role's name from outside the network, or without a call to the service's API. */
function madeElsewhere(role: string, action: string, { Condition }: PolicyStatement): boolean {
  const through = JSON.stringify(Condition ?? {});
  return (
    // The service that holds the encrypted thing uses the key.
    (action.startsWith("kms:") && through.includes("kms:ViaService")) ||
    // Lambda reads the stream and hands over batches.
    (role.includes("-consumer-") && action.startsWith("kinesis:")) ||
    // A mount speaks NFS to the mount target, which asks IAM itself.
    action.startsWith("elasticfilesystem:Client")
  );
}

/** What the roles of one layer are allowed by their own policies. */
const grantsOf = (layer: Recording) =>
  layer.ofType("aws:iam/rolePolicy:RolePolicy").flatMap(({ inputs }) => {
    const { Statement } = JSON.parse(inputs.policy as string) as { Statement: readonly PolicyStatement[] };
    return Statement.filter(({ Effect }) => Effect === "Allow").map((statement) => ({
      role: String(inputs.role),
      statement,
      actions: [statement.Action ?? []].flat(),
    }));
  });

const granted = () =>
  [system.data, system.compute]
    .flatMap(grantsOf)
    .filter(({ role }) => INSIDE.test(role))
    .flatMap(({ role, statement, actions }) =>
      actions.filter((action) => !madeElsewhere(role, action, statement)).map((action) => ({ role, action })),
    );

it("lets everything through its endpoint that a role inside the network may call", () => {
  const allowed = statements(system.network).filter(
    ({ resource }) => resource.type === "aws:ec2/vpcEndpoint:VpcEndpoint",
  );
  const through = (endpoint: string) =>
    allowed.filter(({ resource }) => resource.name === endpoint).flatMap(({ actions }) => actions);
  const calls = granted().flatMap(({ role, action }) =>
    (ENDPOINTS[action.split(":")[0]!] ?? []).map((endpoint) => ({ role, action, endpoint })),
  );
  expect(new Set(calls.map(({ role }) => role)).size).toBeGreaterThanOrEqual(5);
  expect(calls.length).toBeGreaterThan(15);
  expect(calls.filter(({ action, endpoint }) => !through(endpoint).includes(action))).toEqual([]);
});
