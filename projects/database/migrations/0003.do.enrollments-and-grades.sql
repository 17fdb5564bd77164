-- Enrollments and final grades. Creates new, empty tables: locks nothing that is in use.

create table records.enrollments (
  id             uuid primary key,
  version        bigint not null default 1 check (version >= 1),
  created_at     timestamptz(3) not null default now(),
  updated_at     timestamptz(3) not null default now(),
  status         text not null default 'active' check (status in ('active', 'tobedeleted')),
  student_id     uuid not null references records.students (id),
  section_id     uuid not null references records.sections (id),
  term_id        uuid not null references records.academic_sessions (id),
  role           text not null default 'student' check (role in ('student', 'auditor')),
  state          text not null
                 check (state in ('pending', 'waitlisted', 'denied', 'enrolled', 'dropped', 'withdrawn', 'completed', 'cancelled')),
  credits        numeric(5, 3) not null,
  grading_basis  text not null check (grading_basis in ('letter', 'pass_no_pass', 'audit', 'satisfactory')),
  added_on       date not null,
  dropped_on     date,
  withdrawn_on   date,
  completed_on   date,
  -- A student who comes back to a section gets the same row again (ID-3).
  unique (student_id, section_id)
);
create index enrollments_by_section on records.enrollments (section_id);

create table records.final_grades (
  id                   uuid primary key,
  version              bigint not null default 1 check (version >= 1),
  created_at           timestamptz(3) not null default now(),
  updated_at           timestamptz(3) not null default now(),
  status               text not null default 'active' check (status in ('active', 'tobedeleted')),
  enrollment_id        uuid not null references records.enrollments (id),
  student_id           uuid not null references records.students (id),
  section_id           uuid not null references records.sections (id),
  term_id              uuid not null references records.academic_sessions (id),
  symbol               text not null,
  basis                text not null check (basis in ('letter', 'pass_no_pass', 'audit', 'satisfactory')),
  state                text not null check (state in ('draft', 'submitted', 'posted')),
  submitted_by         text,
  submitted_at         timestamptz(3),
  posted_at            timestamptz(3),
  incomplete_due_date  date,
  lapse_symbol         text,
  repeat_excluded      boolean not null default false,
  -- The row that replaced this one: prior values stay, linked (GRD-4).
  superseded_by        uuid references records.final_grades (id) deferrable initially deferred
);
-- One live grade per enrollment, whatever runs at the same time.
create unique index final_grades_one_live_per_enrollment on records.final_grades (enrollment_id) where superseded_by is null;
create index final_grades_by_student on records.final_grades (student_id);

grant select on records.enrollments, records.final_grades to srs_app;
grant insert on records.final_grades to srs_app;
