-- When the cache's generation began. For a moment after that replicas may not have what was committed before it, and
-- the markers that would tell are gone (CACHE-7, CACHE-20). A constant default: nothing is rewritten or locked for long.
alter table records.cache_fence
  add column renewed_at timestamptz(3) not null default '-infinity';
