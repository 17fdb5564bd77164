/** What each user of the cache may do, and how the cache behaves when it is full. */

export const CACHE_FAMILY = "redis7";

export const CACHE_PARAMETERS = [
  { name: "maxmemory-policy", value: "volatile-lru" },
  { name: "timeout", value: "300" },
  // Microseconds. Entries hold a command's arguments, so keys are opaque ids.
  { name: "slowlog-log-slower-than", value: "5000" },
  { name: "slowlog-max-len", value: "256" },
] as const;

export const CACHE_USERS = {
  /** Redis wants a user of this name in every group. This one can do nothing. */
  default: { userName: "default", accessString: "off ~* -@all" },
  api: {
    userName: "srs-api",
    accessString: "on ~* +@read +@write +@connection +@transaction +@scripting -@dangerous -@admin -keys -flushall",
  },
  /** Raises version markers and sees no record: a script that compares and sets, on marker keys only. */
  invalidator: {
    userName: "srs-invalidator",
    accessString: "on resetkeys ~*:v:* -@all +@connection +get +set +eval +evalsha +script|load",
  },
} as const;
