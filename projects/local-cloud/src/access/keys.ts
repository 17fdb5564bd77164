/** Which key is meant, and what services ask of it in their callers' name. */
import { ACCOUNT_ID, REGION } from "../cloud.ts";
import { arn } from "../identifiers.ts";
import type { AccountView } from "./account-view.ts";
import type { Use } from "./request.ts";

/** @param keyId id, ARN, alias name or alias ARN */
export function keyArnOf(account: AccountView, keyId: string): string {
  const alias = /(?:^|:)(alias\/.+)$/.exec(keyId)?.[1];
  if (alias !== undefined) {
    const target = account.byId("aws:kms/alias:Alias", alias)?.inputs.targetKeyId as string | undefined;
    return target === undefined ? `arn:aws:kms:${REGION}:${ACCOUNT_ID}:${alias}` : keyArnOf(account, target);
  }
  return keyId.startsWith("arn:") ? keyId : arn("kms", `key/${keyId}`);
}

export function aliasesOf(account: AccountView, keyArn: string): readonly string[] {
  return account
    .ofType("aws:kms/alias:Alias")
    .filter(({ inputs }) => keyArnOf(account, String(inputs.targetKeyId)) === keyArn)
    .map(({ id }) => id);
}

/** The condition keys of an encryption context. */
export function encryptionContext(context: Readonly<Record<string, string>>): Record<string, string | string[]> {
  const names = Object.keys(context);
  return {
    ...Object.fromEntries(Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    "kms:EncryptionContextKeys": names,
  };
}

/**
 * What a service asks of a customer's key on behalf of its caller. AWS's own keys are open to everybody of the account
 * through their service.
 */
export function throughService(
  account: AccountView,
  via: string,
  keyId: string | undefined,
  actions: readonly ("Decrypt" | "GenerateDataKey")[],
  context: Readonly<Record<string, string>>,
): readonly Use[] {
  if (keyId === undefined || keyId === "" || /(^|:)alias\/aws\//.test(keyId)) return [];
  const resource = keyArnOf(account, keyId);
  return actions.map((action) => ({
    action: `kms:${action}`,
    resource,
    via,
    context: { ...encryptionContext(context), "kms:ResourceAliases": aliasesOf(account, resource) },
  }));
}
