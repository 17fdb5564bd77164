import { randomInt } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** An id in API Gateway's form: lower-case letters and digits, ten for an API or a key, six for a deployment or a plan. */
export function gatewayId(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}
