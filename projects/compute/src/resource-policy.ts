import { STAGE } from "./names.ts";

/** What opens a person's whole record, or many records: from the university's own addresses only. */
const ON_CAMPUS = ["privacy/*", "exports", "exports/*"];

/**
 * Everybody may call, and the token decides; a few paths are closed to whoever is elsewhere, whatever the token says.
 * API Gateway puts its own ARN for the short form of a resource, `execute-api:/<stage>/<method>/<path>`.
 */
export function resourcePolicy(campusRanges: readonly string[]) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AnybodyMayCall",
        Effect: "Allow",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: [`execute-api:/${STAGE}/*`],
      },
      {
        Sid: "OnCampusOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: ON_CAMPUS.map((path) => `execute-api:/${STAGE}/*/${path}`),
        Condition: { NotIpAddress: { "aws:SourceIp": [...campusRanges] } },
      },
    ],
  };
}
