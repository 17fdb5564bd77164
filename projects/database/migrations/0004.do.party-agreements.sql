-- What each registered campus system may do, and for whom. Creates a new, empty table: locks nothing that is in use.

create table records.party_agreements (
  id          uuid primary key,
  version     bigint not null default 1 check (version >= 1),
  created_at  timestamptz(3) not null default now(),
  updated_at  timestamptz(3) not null default now(),
  -- The issuer's client id: membership here stands in for the audience its tokens do not carry.
  client_id   text not null,
  party_name  text not null,
  campus_ids  uuid[] not null,
  scopes      text[] not null,
  purposes    text[] not null check (cardinality(purposes) >= 1),
  state       text not null check (state in ('draft', 'active', 'suspended', 'expired', 'debarred')),
  signed_on   date not null,
  expires_on  date not null check (expires_on >= signed_on)
);
create unique index party_agreements_one_active_per_client on records.party_agreements (client_id) where state = 'active';
create index party_agreements_by_client on records.party_agreements (client_id);

grant select on records.party_agreements to srs_app;
