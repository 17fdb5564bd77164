import { iamArn } from "../../identifiers.ts";
import { failures, known, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";

const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const CLIENT_IDS_MAX = 100;
const THUMBPRINTS_MAX = 5;

const issuer = (url: unknown): string => String(url).replace(/^https:\/\//, "");

/** An issuer of tokens that roles may trust. Its certificate is not fetched. */
export const openIdConnectProvider = recordedType({
  token: PROVIDER,
  id: ({ url }) => iamArn(`oidc-provider/${issuer(url)}`),
  arn: (_, id) => id,
  replaceOnChanges: ["url"],
  check: ({ url, clientIdLists, thumbprintLists }) =>
    failures((refuse) => {
      if (known(url) && !/^https:\/\/[a-z0-9.-]+(\/[^?#]*)?$/i.test(url))
        refuse("url", `InvalidInput: "${url}" must be an https:// URL without port, query or fragment`);
      if (known(url) && url.length > 255) refuse("url", "InvalidInput: the URL has more than 255 characters");
      const clients = knownItems(clientIdLists) as string[] | undefined;
      if (clients !== undefined && clientIdLists.length === 0)
        refuse("clientIdLists", "InvalidInput: name at least one client ID (audience)");
      if (clients !== undefined && clients.length > CLIENT_IDS_MAX)
        refuse(
          "clientIdLists",
          `LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${CLIENT_IDS_MAX}`,
        );
      for (const client of clients ?? [])
        if (client.length < 1 || client.length > 255)
          refuse("clientIdLists", `InvalidInput: client ID "${client}" must have 1 to 255 characters`);
      const thumbprints = (knownItems(thumbprintLists) ?? []) as string[];
      if (thumbprints.length > THUMBPRINTS_MAX)
        refuse("thumbprintLists", `InvalidInput: a provider has up to ${THUMBPRINTS_MAX} thumbprints`);
      for (const thumbprint of thumbprints)
        if (!/^[0-9a-fA-F]{40}$/.test(thumbprint))
          refuse("thumbprintLists", `InvalidInput: thumbprint "${thumbprint}" must have 40 hex digits (SHA-1)`);
    }),
  conflict: ({ url }, cloud, self) =>
    cloud.account.ofType(PROVIDER).some((other) => other.id !== self?.id && issuer(other.inputs.url) === issuer(url))
      ? `EntityAlreadyExists: Provider with url ${String(url)} already exists.`
      : undefined,
});
