import { randomUUID } from "node:crypto";
import type { ApiRequest, ApiResponse } from "../cloud.ts";
import { ACCOUNT_ID } from "../cloud.ts";
import { escapeXml } from "./errors.ts";

/** Whoever has a role's credentials is a session of it: that is the name AWS gives in answers and refusals. */
export function sessionArn(principalArn: string): string {
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(principalArn)?.[1];
  return role === undefined ? principalArn : `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role}/local-cloud`;
}

/** STS GetCallerIdentity: the call by which every tool finds out where it is and as whom. */
export async function callerIdentity(request: ApiRequest): Promise<ApiResponse | undefined> {
  if (request.action !== "GetCallerIdentity") return undefined;
  const arn = sessionArn(request.principalArn);
  const userId = /:assumed-role\/([^/]+)\//.exec(arn)?.[1] ?? "operator";
  const result =
    `<GetCallerIdentityResult><Arn>${escapeXml(arn)}</Arn><UserId>${escapeXml(userId)}</UserId>` +
    `<Account>${ACCOUNT_ID}</Account></GetCallerIdentityResult>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
  const body = `<GetCallerIdentityResponse xmlns="${namespace}">${result}${metadata}</GetCallerIdentityResponse>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}
