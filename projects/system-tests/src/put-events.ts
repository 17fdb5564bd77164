/** `PutEvents`, the one call of EventBridge's API that is made here: signed as the AWS SDK does, without its whole client. */
import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Operator } from "./deployment.ts";

export interface EventEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** @returns the events' ids, in the order of the entries */
export async function putEvents(operator: Operator, entries: readonly EventEntry[]): Promise<readonly string[]> {
  const { endpoint, region, credentials } = operator;
  const { protocol, hostname, port, host } = new URL(endpoint);
  const signer = new SignatureV4({ service: "events", region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    ...{ method: "POST", protocol, hostname, port: Number(port), path: "/", query: {} },
    headers: { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutEvents" },
    body: JSON.stringify({ Entries: entries }),
  });
  // Every client writes the host's name itself, as it was signed.
  const { host: _host, ...headers } = signed.headers;
  const reply = await fetch(endpoint, { method: "POST", headers, body: signed.body as string });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`PutEvents was refused (${reply.status}): ${text}`);
  const { Entries } = JSON.parse(text) as { Entries: readonly { EventId?: string; ErrorMessage?: string }[] };
  return Entries.map(({ EventId, ErrorMessage }) => {
    if (EventId === undefined) throw new Error(`PutEvents did not take an event: ${ErrorMessage}`);
    return EventId;
  });
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
