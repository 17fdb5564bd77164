/** A call of the AWS API, signed as the SDK does, without a client for each service. */
import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Operator } from "./deployment.ts";

/** @returns the body of a successful answer */
export async function signedPost(
  { endpoint, region, credentials }: Operator,
  service: string,
  headersToSign: Readonly<Record<string, string>>,
  body: string,
  path = "/",
): Promise<string> {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    ...{ method: "POST", protocol, hostname, port: Number(port), path, query: {} },
    ...{ headers: { host, ...headersToSign }, body },
  });
  // Every client writes the host's name itself, as it was signed.
  const { host: _host, ...headers } = signed.headers;
  const reply = await fetch(new URL(path, endpoint), { method: "POST", headers, body: signed.body as string });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`A call of ${service} was refused (${reply.status}): ${text}`);
  return text;
}

/** For services that take a form and answer in XML. */
export async function signedQuery(
  operator: Operator,
  service: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return signedPost(operator, service, headers, new URLSearchParams(parameters).toString());
}

/** What the signer asks of a hash. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(chunk));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
