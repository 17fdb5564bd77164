import { randomUUID } from "node:crypto";
import type { ApiRequest, ApiResponse } from "../cloud.ts";
import { ACCOUNT_ID } from "../cloud.ts";
import { escapeXml } from "./errors.ts";

/** STS GetCallerIdentity: the call by which every tool finds out where it is and as whom. */
export async function callerIdentity(request: ApiRequest): Promise<ApiResponse | undefined> {
  if (request.action !== "GetCallerIdentity") return undefined;
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(request.principalArn)?.[1];
  const arn = role === undefined ? request.principalArn : `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role}/local-cloud`;
  const result =
    `<GetCallerIdentityResult><Arn>${escapeXml(arn)}</Arn><UserId>${escapeXml(role ?? "operator")}</UserId>` +
    `<Account>${ACCOUNT_ID}</Account></GetCallerIdentityResult>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
  const body = `<GetCallerIdentityResponse xmlns="${namespace}">${result}${metadata}</GetCallerIdentityResponse>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}
