/** The compare-and-set steps of the cache, each one script, so that nothing comes between the comparison and the change. */

/** Versions are decimal text: a shorter one is smaller. Numbers would lose digits past 2^53. */
const SMALLER = `
  local function smaller(a, b) return #a < #b or (#a == #b and a < b) end
`;

/** KEYS: marker. ARGV: version, seconds to live. Raises, never lowers. Returns what the marker was, or nil. */
export const RAISE_MARKER = `${SMALLER}
  local before = redis.call('get', KEYS[1])
  if not before or smaller(before, ARGV[1]) then redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
  return before`;

/** KEYS: marker. ARGV: the version to take back, what it was before or '', seconds to live. Only its own value goes. */
export const LOWER_MARKER = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  if ARGV[2] == '' then redis.call('del', KEYS[1]) else redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
  return 1`;

/** KEYS: marker, value. ARGV: version, bytes, seconds to live. A value older than the marker is not stored. */
export const STORE_UNLESS_STALE = `${SMALLER}
  local marker = redis.call('get', KEYS[1])
  if marker and smaller(ARGV[1], marker) then return 0 end
  redis.call('set', KEYS[2], ARGV[2], 'EX', ARGV[3])
  return 1`;
