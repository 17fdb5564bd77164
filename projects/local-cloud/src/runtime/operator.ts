import { readFileSync } from "node:fs";
import type { Credentials } from "../cloud.ts";
import { REGION } from "../cloud.ts";
import { writeFileAtomically } from "./durable-json.ts";

/** In the format of `~/.aws/credentials`, so that the AWS CLI and every SDK can be pointed at it. */
export function writeOperatorCredentials(file: string, credentials: Credentials): void {
  writeFileAtomically(
    file,
    `[default]\naws_access_key_id = ${credentials.accessKeyId}\naws_secret_access_key = ${credentials.secretAccessKey}\n`,
  );
}

/** What a person's shell needs to talk to the local cloud with AWS tools. */
export function operatorEnvironment(file: string, cloud: { awsEndpointUrl: string; caFile: string }) {
  const text = readFileSync(file, "utf8");
  const setting = (name: string): string => {
    const value = new RegExp(`^${name} = (.+)$`, "m").exec(text)?.[1];
    if (value === undefined) throw new Error(`${file} holds no ${name}. Take the stack down and start it anew.`);
    return value;
  };
  return {
    AWS_ENDPOINT_URL: cloud.awsEndpointUrl,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: setting("aws_access_key_id"),
    AWS_SECRET_ACCESS_KEY: setting("aws_secret_access_key"),
    NODE_EXTRA_CA_CERTS: cloud.caFile,
  };
}
