const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(?=.{1,253}$)(${LABEL}\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`);

/**
 * Hosts of partners, from configuration: with AWS's own names all that resolves in the network.
 * Whole host names only. A wildcard would admit names that anybody can register below it, and data leaves in a question.
 */
export function parsePartnerHosts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) {
    throw new TypeError(
      `partnerHosts is ${JSON.stringify(value)}; it must be a list of host names, and an empty one where no partner is called.`,
    );
  }
  const wrong = value.filter((host) => typeof host !== "string" || !HOST.test(host));
  if (wrong.length > 0) {
    throw new TypeError(
      `partnerHosts holds ${wrong.map((host) => JSON.stringify(host)).join(", ")}: only these hosts resolve in the network, so each is a whole name in lower case, without wildcard, scheme, port or final dot.`,
    );
  }
  const hosts = value as string[];
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw new TypeError(`partnerHosts holds ${twice} twice. Drop one.`);
  return hosts;
}
