/** From an ElastiCache parameter group to the settings of the Redis that runs here. */

export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** Parameters of family redis7 that are Redis settings of the same name. */
const SETTINGS = new Set(
  `acllog-max-len activedefrag active-defrag-cycle-max active-defrag-cycle-min active-defrag-ignore-bytes
  active-defrag-max-scan-fields active-defrag-threshold-lower active-defrag-threshold-upper activerehashing
  client-output-buffer-limit hash-max-listpack-entries hash-max-listpack-value hll-sparse-max-bytes
  latency-tracking lazyfree-lazy-eviction lazyfree-lazy-expire lazyfree-lazy-server-del lazyfree-lazy-user-del
  lfu-decay-time lfu-log-factor list-compress-depth list-max-listpack-size lua-time-limit maxmemory-policy
  maxmemory-samples min-replicas-max-lag min-replicas-to-write notify-keyspace-events repl-backlog-size
  repl-backlog-ttl repl-timeout set-max-intset-entries slowlog-log-slower-than slowlog-max-len
  stream-node-max-bytes stream-node-max-entries tcp-keepalive timeout tracking-table-max-keys
  zset-max-listpack-entries zset-max-listpack-value proto-max-bulk-len`.split(/\s+/),
);

/** ElastiCache's own parameters: accepted, with no effect here. */
const OF_AWS = new Set([
  "reserved-memory-percent",
  "reserved-memory",
  "close-on-replica-write",
  "cluster-enabled",
  "databases",
]);

export function parameterFault({ name }: Parameter): string | undefined {
  if (SETTINGS.has(name) || OF_AWS.has(name)) return undefined;
  return `InvalidParameterValue: The parameter ${name} is not in the family redis7 or cannot be modified.`;
}

export function settingsOf(parameters: readonly Parameter[]): ReadonlyMap<string, string> {
  return new Map(parameters.filter(({ name }) => SETTINGS.has(name)).map(({ name, value }) => [name, value]));
}

/** Bytes Redis may fill, as ElastiCache documents `maxmemory` for a node type. Others get half a gibibyte here. */
export function maxmemoryBytes(nodeType: string): number {
  const documented: Readonly<Record<string, number>> = {
    "cache.t4g.micro": 536_870_912,
    "cache.t4g.small": 1_471_026_299,
    "cache.t4g.medium": 3_317_862_236,
    "cache.r7g.large": 14_037_181_030,
  };
  return documented[nodeType] ?? 536_870_912;
}
