/** Loads the synthetic data set into a running deployment: the database project's own command, told where and for whom. */
import { spawn } from "node:child_process";
import { ROOT, type Deployment } from "./deployment.ts";

/** Agreements of the campus systems that the stack registers: which campuses, which scopes. */
const AGREEMENTS: Readonly<Record<string, string>> = {
  sis: "all:students.read,students.write,grades.write",
  lms: "all:students.read,students.write,grades.write",
  "smoke-limited": "MAI:students.read",
};

export async function seed({ compute, data, operator }: Deployment, size: string): Promise<void> {
  const clients = Object.entries(compute.identity.clientIds).flatMap(([system, clientId]) => {
    const agreement = AGREEMENTS[system];
    return agreement ? ["--client", `${clientId}=${agreement}`] : [];
  });
  const { directEndpoint, port, name } = data.database;
  const child = spawn(
    process.execPath,
    [
      "projects/database/src/cli.ts",
      "seed",
      "--size",
      size,
      "--host",
      directEndpoint,
      "--port",
      String(port),
      "--database",
      name,
      ...clients,
    ],
    {
      cwd: ROOT,
      stdio: "inherit",
      env: {
        ...process.env,
        AWS_REGION: operator.region,
        AWS_ACCESS_KEY_ID: operator.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: operator.credentials.secretAccessKey,
        NODE_EXTRA_CA_CERTS: operator.caFile,
      },
    },
  );
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code !== 0) throw new Error(`The sample data could not be loaded (exit code ${code}); the message is above.`);
}
