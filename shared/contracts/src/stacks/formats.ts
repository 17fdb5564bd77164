import { Type } from "typebox";

/** Amazon resource name in full, for instance `arn:aws:kms:us-east-1:000000000000:key/...`. */
export const Arn = Type.String({ pattern: "^arn:aws:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:.+$" });

/** Host name or IPv4 address alone: no scheme, no port. */
export const Host = Type.String({ pattern: "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$", maxLength: 253 });

/** TCP port. Always the one that the resource reports, never a constant. */
export const Port = Type.Integer({ minimum: 1, maximum: 65535 });

/** `https://` address without a trailing slash. */
export const HttpsUrl = Type.String({ pattern: "^https://[^/\\s]+(/[^\\s]*[^/\\s])?$" });

/** A name or id that AWS or we gave: not empty, no white space. */
export const Name = Type.String({ pattern: "^\\S+$" });

export const Bucket = Type.Object({ name: Name, arn: Arn });
