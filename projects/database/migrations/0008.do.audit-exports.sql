-- Where the export of the audit log stands (AUD-8), and the daily anchors (AUD-7): kept here, because the export may
-- write to its store and read nothing there.
-- Adds a column whose default is taken once for all rows that are there: locks the table for a moment, rewrites nothing.

-- Entries are exported in the order of their transactions. All transactions below a snapshot's lower bound have ended,
-- so a range below it is closed: nobody can add to it any more, whatever time an entry carries.
alter table audit.audit_entries
  add column transaction_id xid8 not null default pg_current_xact_id();
create index audit_entries_by_transaction on audit.audit_entries (transaction_id, id);

-- The applications write everything but this column: nobody can put an entry into a range that has been exported.
revoke insert on audit.audit_entries from srs_app;
grant insert (id, at, request_id, correlation_id, principal_id, client_id, ip, method, route, action, subject_id, subjects,
              decision, reason, status, purpose, fields, row_count, version, cache, duration_ms)
  on audit.audit_entries to srs_app;

-- What shall be exported, written down before it is: a run that dies is finished by the next one, with the same range.
-- A range begins behind where the one before ended, (transaction 0, no entry) for the first.
create table audit.export_plans (
  sequence       bigint primary key check (sequence >= 1),
  planned_at     timestamptz(3) not null default now(),
  -- Up to this entry of the transaction; without one, all that comes before the transaction.
  to_transaction xid8 not null,
  to_entry       uuid
);

-- What was exported: the manifest as it lies in the store. Each names the hash of the one before.
create table audit.export_manifests (
  sequence     bigint primary key references audit.export_plans,
  manifest     text not null,
  hash         text not null unique check (hash ~ '^[0-9a-f]{64}$'),
  exported_at  timestamptz(3) not null default now()
);

-- One signed statement a day about the chain of manifests.
create table audit.anchors (
  day        date primary key,
  anchor     text not null,
  hash       text not null unique check (hash ~ '^[0-9a-f]{64}$'),
  signed_at  timestamptz(3) not null default now()
);

do $$
declare
  name text;
begin
  foreach name in array array['export_plans', 'export_manifests', 'anchors'] loop
    execute format('create trigger %I before update or delete on audit.%I for each row execute function audit.refuse_change()',
      name || '_append_only', name);
    execute format('create trigger %I before truncate on audit.%I for each statement execute function audit.refuse_change()',
      name || '_not_truncated', name);
  end loop;
end $$;

grant usage on schema audit to srs_exporter;
grant select on audit.audit_entries to srs_exporter;
grant select, insert on audit.export_plans, audit.export_manifests, audit.anchors to srs_exporter;
grant select on audit.export_plans, audit.export_manifests, audit.anchors to srs_auditor;
