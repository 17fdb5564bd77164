import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { GatewayRefusal } from "./gateway-responses.ts";
import { PAYLOAD_BYTES_MAX } from "./private-link.ts";

const tooLarge = () => new GatewayRefusal("REQUEST_TOO_LARGE", "Request Too Long");

/** A body that says it is too large is refused before anything else happens to the request. */
export function refuseAnnouncedSize(request: IncomingMessage): void {
  if (Number(request.headers["content-length"] ?? 0) > PAYLOAD_BYTES_MAX) throw tooLarge();
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The socket has to outlive a refusal: the caller is to read why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > PAYLOAD_BYTES_MAX) {
      request.resume();
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** With payload compression on, an API takes compressed bodies and works on their content. */
export async function decompressed(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === "identity" || body.length === 0) return body;
  const unpack = { gzip: gunzip, deflate: inflate }[encoding.toLowerCase()];
  if (unpack === undefined) throw new GatewayRefusal("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type");
  try {
    return await promisify<Buffer, { maxOutputLength: number }, Buffer>(unpack)(body, {
      maxOutputLength: PAYLOAD_BYTES_MAX,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new GatewayRefusal("BAD_REQUEST_BODY", "Invalid request body");
  }
}
