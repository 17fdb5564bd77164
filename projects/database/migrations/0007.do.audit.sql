-- The audit log (AUD-4, the columns in use so far): written once, never changed.
-- Creates new, empty tables: locks nothing that is in use.

create table audit.audit_entries (
  id              uuid not null,
  at              timestamptz(3) not null,
  request_id      uuid not null,
  correlation_id  text,
  principal_id    text,
  client_id       text,
  ip              inet,
  method          text not null,
  -- Template, never the path: a path names a student.
  route           text,
  action          text not null,
  subject_id      uuid,
  subjects        uuid[],
  decision        text not null check (decision in ('allow', 'deny', 'error')),
  -- The true reason, also where the caller was told less.
  reason          text,
  status          smallint not null,
  purpose         text,
  fields          text[],
  row_count       integer,
  version         bigint,
  cache           text not null check (cache in ('hit', 'miss', 'none')),
  duration_ms     numeric(9, 3) not null,
  primary key (id, at)
) partition by range (at);
create index audit_entries_by_subject on audit.audit_entries (subject_id, at);
create index audit_entries_by_client on audit.audit_entries (client_id, at);
create index audit_entries_by_request on audit.audit_entries (request_id);

create function audit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit entries are never changed or removed (% on %)', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

create trigger audit_entries_append_only before update or delete on audit.audit_entries
  for each row execute function audit.refuse_change();
create trigger audit_entries_not_truncated before truncate on audit.audit_entries
  for each statement execute function audit.refuse_change();

-- Makes the partition of a month unless it exists; it refuses truncation by its own trigger.
create function audit.create_month(month date) returns void language plpgsql as $$
declare
  first_day date := date_trunc('month', month);
  partition_name text := 'audit_entries_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass('audit.' || partition_name) is not null then
    return;
  end if;
  execute format('create table audit.%I partition of audit.audit_entries for values from (%L) to (%L)',
    partition_name, first_day, first_day + interval '1 month');
  execute format('create trigger %I before truncate on audit.%I for each statement execute function audit.refuse_change()',
    partition_name || '_not_truncated', partition_name);
end $$;

-- A year ahead; later months are made by later runs of this function. The default partition is the safety net:
-- an entry is never refused because nobody made its month.
select audit.create_month((date_trunc('month', now()) + make_interval(months => ahead))::date)
  from generate_series(0, 12) as ahead;
create table audit.audit_entries_default partition of audit.audit_entries default;
create trigger audit_entries_default_not_truncated before truncate on audit.audit_entries_default
  for each statement execute function audit.refuse_change();

grant usage on schema audit to srs_app, srs_auditor;
grant insert, select on audit.audit_entries to srs_app;
grant select on audit.audit_entries to srs_auditor;
revoke execute on function audit.create_month(date) from public;
