-- Terms, courses and sections. Creates new, empty tables: locks nothing that is in use.

create table records.academic_sessions (
  id                 uuid primary key,
  version            bigint not null default 1 check (version >= 1),
  created_at         timestamptz(3) not null default now(),
  updated_at         timestamptz(3) not null default now(),
  status             text not null default 'active' check (status in ('active', 'tobedeleted')),
  code               text not null unique check (code ~ '^[0-9]{4}(SP|SU|FA|WI)[0-9]?$'),
  title              text not null,
  type               text not null check (type in ('year', 'term', 'part_of_term')),
  parent_id          uuid references records.academic_sessions (id),
  start_date         date not null,
  add_deadline       date not null,
  drop_deadline      date not null,
  census_date        date not null,
  withdraw_deadline  date not null,
  end_date           date not null,
  grades_due_at      timestamptz(3) not null,
  state              text not null check (state in ('planned', 'open', 'in_progress', 'grading', 'closed')),
  constraint academic_sessions_dates_in_order check (
    start_date <= add_deadline and add_deadline <= drop_deadline and drop_deadline <= census_date
    and census_date <= withdraw_deadline and withdraw_deadline <= end_date and end_date <= grades_due_at::date)
);

create table records.courses (
  id             uuid primary key,
  version        bigint not null default 1 check (version >= 1),
  created_at     timestamptz(3) not null default now(),
  updated_at     timestamptz(3) not null default now(),
  status         text not null default 'active' check (status in ('active', 'tobedeleted')),
  subject        text not null check (subject ~ '^[A-Z]{2,6}$'),
  number         text not null check (number ~ '^[0-9]{3,4}[A-Z]?$'),
  title          text not null,
  credit_min     numeric(5, 3) not null,
  credit_max     numeric(5, 3) not null,
  grading_bases  text[] not null check (grading_bases <@ array['letter', 'pass_no_pass', 'audit', 'satisfactory']),
  career         text not null check (career in ('undergraduate', 'graduate', 'professional', 'non_degree')),
  repeatable     boolean not null default false,
  unique (subject, number)
);

create table records.sections (
  id          uuid primary key,
  version     bigint not null default 1 check (version >= 1),
  created_at  timestamptz(3) not null default now(),
  updated_at  timestamptz(3) not null default now(),
  status      text not null default 'active' check (status in ('active', 'tobedeleted')),
  course_id   uuid not null references records.courses (id),
  term_id     uuid not null references records.academic_sessions (id),
  campus_id   uuid not null references records.campuses (id),
  crn         text not null check (crn ~ '^[0-9]{5}$'),
  section_no  text not null check (section_no ~ '^[0-9A-Z]{1,4}$'),
  credits     numeric(5, 3) not null,
  modality    text not null check (modality in ('in_person', 'hybrid', 'online_sync', 'online_async')),
  capacity    integer not null check (capacity >= 0),
  state       text not null check (state in ('planned', 'open', 'closed', 'cancelled', 'graded')),
  unique (term_id, crn)
);

grant select on records.academic_sessions, records.courses, records.sections to srs_app;
