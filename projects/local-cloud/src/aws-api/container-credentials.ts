import { createHmac, timingSafeEqual } from "node:crypto";
import type { ApiResponse, CredentialStore } from "../cloud.ts";

const LIFETIME_MS = 6 * 60 * 60 * 1000;
export const CREDENTIALS_PATH = "/credentials/";

/**
 * The address from which the AWS SDK in a container fetches its role's credentials
 * (`AWS_CONTAINER_CREDENTIALS_FULL_URI`). The token in it names the role and proves that the cloud gave it out,
 * so it needs no memory and stays good when the cloud starts again.
 */
export class ContainerCredentials {
  private readonly credentials: CredentialStore;

  constructor(credentials: CredentialStore) {
    this.credentials = credentials;
  }

  tokenFor(roleArn: string): string {
    return `${Buffer.from(roleArn).toString("base64url")}.${this.seal(roleArn).toString("base64url")}`;
  }

  answer(path: string): ApiResponse {
    const [encodedArn = "", seal = ""] = path.slice(CREDENTIALS_PATH.length).split(".");
    const roleArn = Buffer.from(encodedArn, "base64url").toString();
    const expected = this.seal(roleArn);
    const presented = Buffer.from(seal, "base64url");
    const headers = { "content-type": "application/json" };
    if (expected.length !== presented.length || !timingSafeEqual(expected, presented)) {
      const body = JSON.stringify({ code: "InvalidToken", message: "The cloud did not give out this address." });
      return { status: 404, headers, body };
    }
    const { accessKeyId, secretAccessKey, sessionToken } = this.credentials.issue(roleArn);
    const body = JSON.stringify({
      RoleArn: roleArn,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: new Date(Date.now() + LIFETIME_MS).toISOString(),
    });
    return { status: 200, headers, body };
  }

  private seal(roleArn: string): Buffer {
    return createHmac("sha256", this.credentials.operator.secretAccessKey).update(`container\n${roleArn}`).digest();
  }
}
