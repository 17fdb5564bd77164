-- Campuses, persons and students. Creates new, empty tables: locks nothing that is in use.

create table records.campuses (
  id          uuid primary key,
  version     bigint not null default 1 check (version >= 1),
  created_at  timestamptz(3) not null default now(),
  updated_at  timestamptz(3) not null default now(),
  status      text not null default 'active' check (status in ('active', 'tobedeleted')),
  code        text not null unique check (code ~ '^[A-Z]{3}$'),
  name        text not null,
  time_zone   text not null,
  parent_id   uuid references records.campuses (id)
);

create table records.persons (
  id                   uuid primary key,
  version              bigint not null default 1 check (version >= 1),
  created_at           timestamptz(3) not null default now(),
  updated_at           timestamptz(3) not null default now(),
  status               text not null default 'active' check (status in ('active', 'tobedeleted')),
  legal_name           jsonb not null check (legal_name ? 'family' and legal_name ? 'given'),
  preferred_name       jsonb check (preferred_name ? 'family' and preferred_name ? 'given'),
  pronouns             text check (length(pronouns) <= 40),
  net_id               text not null unique check (net_id ~ '^[a-z][a-z0-9]{2,15}$'),
  institutional_email  text not null,
  personal_email       text,
  phones               jsonb not null default '[]' check (jsonb_typeof(phones) = 'array' and jsonb_array_length(phones) <= 5),
  birth_date           date
);

create table records.students (
  id                 uuid primary key,
  -- The entity's own version: it moves with the student and the person, and is what an ETag shows.
  version            bigint not null default 1 check (version >= 1),
  -- Head of the student aggregate (ID-6): +1 for each transaction that changes anything of this student,
  -- and the number of the newest event. Both move under this row's lock, so their order is commit order.
  aggregate_version  bigint not null default 1 check (aggregate_version >= 1),
  event_sequence     bigint not null default 0 check (event_sequence >= 0),
  created_at         timestamptz(3) not null default now(),
  updated_at         timestamptz(3) not null default now(),
  status             text not null default 'active' check (status in ('active', 'tobedeleted')),
  deleted_at         timestamptz(3),
  external_ids       jsonb not null default '[]' check (jsonb_typeof(external_ids) = 'array'),
  person_id          uuid not null unique references records.persons (id),
  student_number     text not null unique check (student_number ~ '^9[0-9]{8}$'),
  career             text not null check (career in ('undergraduate', 'graduate', 'professional', 'non_degree')),
  lifecycle          text not null
                     check (lifecycle in ('admitted', 'active', 'leave', 'withdrawn', 'graduated', 'dismissed', 'deceased')),
  enrollment_load    text not null default 'none'
                     check (enrollment_load in ('full_time', 'half_time', 'less_than_half', 'none')),
  class_level        text not null
                     check (class_level in ('first_year', 'sophomore', 'junior', 'senior', 'masters', 'doctoral', 'professional', 'non_degree')),
  cohort_code        text,
  residency          text not null default 'undetermined'
                     check (residency in ('resident', 'nonresident', 'international', 'undetermined')),
  home_campus_id     uuid not null references records.campuses (id),
  -- Home campus and every campus of a section the student is enrolled in: what a party's agreement is held against.
  campus_ids         uuid[] not null,
  -- Family name as shown, case folded; kept here so that a page in name order needs one index and no join.
  sort_name          text collate "C" not null,
  constraint students_home_campus_is_a_campus check (home_campus_id = any (campus_ids))
);

-- Keyset pages: each sort of the collection has its index, the id breaks ties.
create index students_by_sort_name on records.students (sort_name, id);
create index students_by_student_number on records.students (student_number, id);
create index students_by_updated_at on records.students (updated_at, id);

grant usage on schema records to srs_app;
grant select on records.campuses, records.persons, records.students to srs_app;
grant update on records.persons, records.students to srs_app;
