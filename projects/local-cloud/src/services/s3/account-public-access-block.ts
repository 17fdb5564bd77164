import { ACCOUNT_ID } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import { oneSettingPerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";

export const ACCOUNT_PUBLIC_ACCESS_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";

/** Holds for every bucket of the account, beside what the bucket says itself. */
export const accountPublicAccessBlock = recordedType({
  token: ACCOUNT_PUBLIC_ACCESS_BLOCK,
  id: () => ACCOUNT_ID,
  replaceOnChanges: ["accountId"],
  computed: { accountId: () => ACCOUNT_ID },
  check: ({ accountId }) =>
    failures((refuse) => {
      if (known(accountId) && accountId !== ACCOUNT_ID)
        refuse("accountId", `AccessDenied: account ${accountId} is not this one, ${ACCOUNT_ID}`);
    }),
  conflict: oneSettingPerAccount(ACCOUNT_PUBLIC_ACCESS_BLOCK),
});
