/** Connects with one of the two logins of the applications, of which a rotation only changes the idle one (DATA-45). */
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AuditExporterEnvironment } from "@records/contracts";
import { Client } from "pg";
import { Type } from "typebox";
import { Value } from "typebox/value";

const Login = Type.Object({ username: Type.String({ minLength: 1 }), password: Type.String({ minLength: 1 }) });
/** https://www.postgresql.org/docs/17/errcodes-appendix.html */
const REFUSED = new Set(["28P01", "28000"]);

/** Connected when it resolves; the caller ends it. The later rotated login is tried first. */
export async function connect(environment: AuditExporterEnvironment, secrets: SecretsManagerClient): Promise<Client> {
  const arns = [environment.DATABASE_SECRET_ARN_A, environment.DATABASE_SECRET_ARN_B];
  const logins = await Promise.all(arns.map((arn) => readLogin(secrets, arn)));
  const newestFirst = logins.toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  let refusal: unknown;
  for (const { username, password } of newestFirst) {
    const client = new Client({
      host: environment.DATABASE_HOST,
      port: environment.DATABASE_PORT,
      database: environment.DATABASE_NAME,
      user: username,
      password,
      // The proxy's certificate is verified, its name too.
      ssl: { host: environment.DATABASE_HOST, minVersion: "TLSv1.2" },
      application_name: "srs-audit-exporter",
      connectionTimeoutMillis: 10_000,
      statement_timeout: 60_000,
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!REFUSED.has((error as { code?: string }).code ?? "")) throw error;
      refusal = error;
    }
  }
  throw new Error(
    `The database refuses both logins of the applications (${arns.join(", ")}): neither password is right. ` +
      "See the log of the rotation function.",
    { cause: refusal },
  );
}

async function readLogin(secrets: SecretsManagerClient, arn: string) {
  const { SecretString, CreatedDate } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
  const value: unknown = parse(SecretString);
  if (Value.Check(Login, value)) return { ...value, createdAt: CreatedDate ?? new Date(0) };
  throw new Error(
    `The secret ${arn} holds no database login. The bootstrap of the data stack writes it; deploy data again.`,
  );
}

/** The parser's own message would quote the text. */
function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
