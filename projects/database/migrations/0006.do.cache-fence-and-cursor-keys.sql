-- Two small things the API's tasks share. Creates new tables: locks nothing that is in use.

-- Generation of the cache: a writer that could not mark a student as changed in Redis says so here, in its own
-- transaction (CACHE-9). Until the generation has moved, no task serves from the cache.
create table records.cache_fence (
  only_row    boolean primary key default true check (only_row),
  generation  integer not null default 1 check (generation >= 1),
  suspect     boolean not null default false
);
insert into records.cache_fence default values;

-- Random keys that seal page cursors: one a day, shared by all tasks, so that any task reads any task's cursor.
-- Not derived from a login secret, because those rotate under cursors that are still good.
create table records.cursor_keys (
  day         date primary key,
  key         bytea not null check (octet_length(key) = 32),
  created_at  timestamptz(3) not null default now()
);

grant select, update on records.cache_fence to srs_app;
grant select, insert, delete on records.cursor_keys to srs_app;
