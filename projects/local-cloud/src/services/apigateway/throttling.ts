// Who may call how often: the API key and its usage plan first, then the stage's own limits.
import type { Account } from "../../cloud.ts";
import type { Properties, ResourceRecord } from "../../resource-type.ts";
import type { ApiKeyValues } from "./api-key-values.ts";
import { GatewayRefusal } from "./gateway-responses.ts";
import type { MethodDefinition } from "./method-definition.ts";
import { QuotaCounters } from "./quota.ts";
import { TokenBuckets, type Throttle } from "./token-bucket.ts";
import { API_KEY, METHOD_SETTINGS, USAGE_PLAN, USAGE_PLAN_KEY } from "./tokens.ts";

/** The method of a request in one stage. */
export interface StageMethod {
  readonly apiId: string;
  readonly stageName: string;
  readonly method: MethodDefinition;
  readonly httpMethod: string;
}

export class Throttling {
  readonly #account: Account;
  readonly #keys: ApiKeyValues;
  readonly #buckets = new TokenBuckets();
  readonly #quotas = new QuotaCounters();

  constructor(account: Account, keys: ApiKeyValues) {
    this.#account = account;
    this.#keys = keys;
  }

  /** @returns the id of the caller's key; throws when the request may not go on */
  async admit(target: StageMethod, keyValue: string | undefined): Promise<string | undefined> {
    const keyId = target.method.apiKeyRequired ? await this.#admitKey(target, keyValue) : undefined;
    const limit = stageThrottle(this.#account, target);
    const bucket = ["stage", target.apiId, target.stageName, target.httpMethod, target.method.resourcePath].join(" ");
    if (limit !== undefined && !this.#buckets.take(bucket, limit, Date.now())) throw throttled();
    return keyId;
  }

  async #admitKey(target: StageMethod, keyValue: string | undefined): Promise<string> {
    const keyId = keyValue === undefined || keyValue === "" ? undefined : await this.#keys.idOf(keyValue);
    const key = keyId === undefined ? undefined : this.#account.byId(API_KEY, keyId);
    const plan = key === undefined ? undefined : planOf(this.#account, key.id, target);
    if (key === undefined || key.inputs.enabled === false || plan === undefined) {
      throw new GatewayRefusal("INVALID_API_KEY", "Forbidden");
    }
    const caller = `${plan.record.id} ${key.id} ${target.apiId} ${target.stageName}`;
    for (const [bucket, limit] of planThrottles(plan, target)) {
      if (!this.#buckets.take(`plan ${caller} ${bucket}`, limit, Date.now())) throw throttled();
    }
    const quota: Properties | undefined = plan.record.inputs.quotaSettings;
    if (
      quota !== undefined &&
      !this.#quotas.take(`${plan.record.id} ${key.id}`, quota.limit, quota.period, Date.now())
    ) {
      throw new GatewayRefusal("QUOTA_EXCEEDED", "Limit Exceeded");
    }
    return key.id;
  }
}

const throttled = () => new GatewayRefusal("THROTTLED", "Too Many Requests");

interface Plan {
  readonly record: ResourceRecord;
  readonly apiStage: Properties;
}

/** The plan that holds both the key and the stage; API Gateway allows a key one plan per stage. */
function planOf(account: Account, keyId: string, { apiId, stageName }: StageMethod): Plan | undefined {
  for (const member of account.ofType(USAGE_PLAN_KEY).filter(({ inputs }) => inputs.keyId === keyId)) {
    const record = account.byId(USAGE_PLAN, member.inputs.usagePlanId as string);
    const apiStages: readonly Properties[] = record?.inputs.apiStages ?? [];
    const apiStage = apiStages.find((candidate) => candidate.apiId === apiId && candidate.stage === stageName);
    if (record !== undefined && apiStage !== undefined) return { record, apiStage };
  }
  return undefined;
}

/** The plan's limit for this method, if it has one, and the one for all its methods together. */
function planThrottles(
  { record, apiStage }: Plan,
  { method, httpMethod }: StageMethod,
): (readonly [string, Throttle])[] {
  const byMethod = (apiStage.throttles ?? []) as readonly Properties[];
  const own = throttleOf(byMethod.find(({ path }) => path === `${method.resourcePath}/${httpMethod}`));
  const all = throttleOf(record.inputs.throttleSettings as Properties | undefined);
  return [
    ...(own === undefined ? [] : [[`${method.resourcePath} ${httpMethod}`, own] as const]),
    ...(all === undefined ? [] : [["all", all] as const]),
  ];
}

/** What an account may do at most, and what holds where one half of a limit is left out. */
const ACCOUNT_LIMIT: Throttle = { ratePerSecond: 10_000, burst: 5_000 };

function throttleOf(settings: Properties | undefined): Throttle | undefined {
  const ratePerSecond: number | undefined = settings?.rateLimit;
  const burst: number | undefined = settings?.burstLimit;
  if (ratePerSecond === undefined && burst === undefined) return undefined;
  return { ratePerSecond: ratePerSecond ?? ACCOUNT_LIMIT.ratePerSecond, burst: burst ?? ACCOUNT_LIMIT.burst };
}

/** Settings of the method itself, or of all methods of the stage. Minus one, or nothing, is no limit of its own. */
export function stageThrottle(account: Account, target: StageMethod): Throttle | undefined {
  const { apiId, stageName, method, httpMethod } = target;
  const settings = account
    .ofType(METHOD_SETTINGS)
    .filter(({ inputs }) => inputs.restApi === apiId && inputs.stageName === stageName);
  const own = settings.find(({ inputs }) => isFor(inputs.methodPath as string, method.resourcePath, httpMethod));
  const all = settings.find(({ inputs }) => inputs.methodPath === "*/*");
  const chosen = (name: string): number | undefined =>
    [own, all]
      .map((record) => record?.inputs.settings[name] as number | undefined)
      .find((value) => value !== undefined);
  const [rateLimit, burstLimit] = [chosen("throttlingRateLimit"), chosen("throttlingBurstLimit")];
  return throttleOf({ rateLimit: atLeastZero(rateLimit), burstLimit: atLeastZero(burstLimit) });
}

/** `~1students~1{id}/GET`: API Gateway writes a slash inside the resource's path as JSON pointers do. */
function isFor(methodPath: string, resourcePath: string, httpMethod: string): boolean {
  const [encoded = "", method] = methodPath.split("/");
  const path = encoded.replaceAll("~1", "/");
  return method === httpMethod && (path === resourcePath || `/${path}` === resourcePath);
}

const atLeastZero = (limit: number | undefined): number | undefined =>
  limit === undefined || limit < 0 ? undefined : limit;
