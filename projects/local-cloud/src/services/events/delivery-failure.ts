/** Why a target did not take an event; the codes are those of a dead letter's attribute ERROR_CODE. */
export type FailureCode =
  | "CONNECTION_FAILURE"
  | "INTERNAL_ERROR"
  | "INVALID_JSON"
  | "NO_PERMISSIONS"
  | "NO_RESOURCE"
  | "SDK_CLIENT_ERROR"
  | "THROTTLING";

/** A missing target or permission is final; what may pass by itself is tried again. */
const RETRIED: readonly FailureCode[] = ["CONNECTION_FAILURE", "INTERNAL_ERROR", "THROTTLING"];

export class DeliveryFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string) {
    super(message);
    this.code = code;
  }

  get retried(): boolean {
    return RETRIED.includes(this.code);
  }
}

/** What an AWS SDK client threw, as EventBridge sees it. */
export function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  const text = `${name}: ${message}`;
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return new DeliveryFailure("CONNECTION_FAILURE", text);
  if (status === 429 || /throttl|toomanyrequests/i.test(name)) return new DeliveryFailure("THROTTLING", text);
  return new DeliveryFailure(status >= 500 ? "INTERNAL_ERROR" : "SDK_CLIENT_ERROR", text);
}
