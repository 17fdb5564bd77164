-- Events wait here for the relay, written in the transaction of the change they tell of (EVT-1).
-- Creates a new, empty table: locks nothing that is in use.

create table records.outbox (
  id             uuid primary key,
  -- Taken while the student's head row is locked, so for one student its order is the order of commits.
  position       bigint generated always as identity unique,
  lane           smallint not null check (lane between 0 and 15),
  partition_key  text not null,
  student_id     uuid,
  sequence       bigint check (sequence >= 1),
  type           text not null,
  payload        jsonb not null,
  created_at     timestamptz(3) not null default now(),
  sent_at        timestamptz(3),
  constraint outbox_student_events_are_numbered check ((student_id is null) = (sequence is null)),
  unique (student_id, sequence)
);
-- The relay's only question: what has not been sent. The index holds nothing else, so it stays small.
create index outbox_unsent on records.outbox (position) where sent_at is null;

grant select, insert on records.outbox to srs_app;
grant update (sent_at) on records.outbox to srs_app;
