/** Calls as they arrive at the AWS API, and an account for them. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountView } from "../../src/access/account-view.ts";
import type { Call } from "../../src/access/index.ts";
import type { Account } from "../../src/cloud.ts";
import { openAccount } from "../../src/runtime/account.ts";
import type { Properties } from "../../src/resource-type.ts";

export const ACCOUNT = "000000000000";
export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
export const KEY_ID = "00000000-0000-4000-8000-000000000001";
export const KEY_ARN = arnOf("kms", `key/${KEY_ID}`);

/** In the JSON protocol. */
export const json = (service: string, action: string, input: object): Call => ({
  ...{ service, action, method: "POST", path: "/", query: "", headers: { "x-amz-target": `Service.${action}` } },
  body: Buffer.from(JSON.stringify(input)),
});

/** In the query protocol. */
export const form = (service: string, action: string, input: Record<string, string>): Call => ({
  ...{ service, action, method: "POST", path: "/", query: "" },
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: Buffer.from(new URLSearchParams({ Action: action, ...input }).toString()),
});

export function rest(service: string, method: string, url: string, headers: Record<string, string> = {}): Call {
  const [path = "/", query = ""] = url.split("?");
  return { service, action: `${method} ${path}`, method, path, query, headers, body: undefined };
}

export class Recorded {
  readonly home = mkdtempSync(join(tmpdir(), "local-cloud-access-"));
  readonly account: Account = openAccount(join(this.home, "account.json"));
  readonly view = new AccountView(this.account);

  /** @param type `kms/key:Key` */
  async put(type: string, id: string, inputs: Properties, arn?: string, outputs: Properties = {}): Promise<void> {
    const record = { urn: `urn:${type}::${id}`, type: `aws:${type}`, id, arn, inputs, outputs };
    await this.account.put(record, []);
  }

  async putKey(policy: object): Promise<void> {
    await this.put("kms/key:Key", KEY_ID, { policy: JSON.stringify(policy) }, KEY_ARN);
    await this.put("kms/alias:Alias", "alias/records", { targetKeyId: KEY_ID });
  }

  /** @returns its ARN */
  async putRole(name: string, statements: readonly object[], more: Properties = {}): Promise<string> {
    const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
    await this.put("iam/role:Role", name, { name, ...more }, arn);
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await this.put("iam/rolePolicy:RolePolicy", `${name}:own`, { role: name, name: "own", policy });
    return arn;
  }
}
