/** As KMS gives ids: a UUID, or `mrk-` and 32 hexadecimal digits for a multi-Region key. */
const KEY_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/**
 * The id of the key that the account's state is under. Policies need the key itself: one that names keys by alias or by
 * pattern opens every key, and is counted as such (KMS.1, KMS.2).
 */
export function parseStateKeyId(value: string): string {
  if (KEY_ID.test(value)) return value;
  throw new Error(
    `stateKeyId "${value}" is no id of a key: give the id, not the alias and not the ARN. ` +
      "It is what `aws kms describe-key --key-id alias/srs-pulumi-state` answers as KeyId.",
  );
}
