import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { GatewayReply } from "./pipeline.ts";

/** @param minimumBytes undefined: the API does not compress */
export async function compressed(
  reply: GatewayReply,
  acceptEncoding: string | string[] | undefined,
  minimumBytes: number | undefined,
): Promise<GatewayReply> {
  if (minimumBytes === undefined || reply.body.length < minimumBytes || reply.body.length === 0) return reply;
  if (reply.headers["content-encoding"] !== undefined || !acceptsGzip(String(acceptEncoding ?? ""))) return reply;
  return {
    status: reply.status,
    headers: { ...reply.headers, "content-encoding": "gzip" },
    body: await promisify<Buffer, Buffer>(gzip)(reply.body),
  };
}

function acceptsGzip(header: string): boolean {
  return header.split(",").some((part) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(part));
}
