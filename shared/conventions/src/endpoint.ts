/**
 * Splits an endpoint as a resource reports it.
 *
 * @param endpoint     `host` or `host:port`; some endpoints carry their port, others leave it to the service's well-known one
 * @param defaultPort  the well-known port, used when the endpoint carries none
 */
export function hostAndPort(endpoint: string, defaultPort: number): { host: string; port: number } {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([0-9]{1,5}))?$/.exec(endpoint);
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  if (!match?.[1] || port < 1 || port > 65535) {
    throw new RangeError(
      `"${endpoint}" is no host and no host:port. Pass an endpoint as the resource reports it, without scheme and path.`,
    );
  }
  return { host: match[1], port };
}
