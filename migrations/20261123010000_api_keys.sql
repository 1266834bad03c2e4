-- API keys, their version, and what they have used.
-- Additive and re-runnable; also applicable with psql.

create table if not exists rowgate.api_keys (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name <> ''),
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  previous_key_hash text unique check (previous_key_hash ~ '^[0-9a-f]{64}$'),
  previous_expires_at timestamptz,
  scopes text[] not null check (cardinality(scopes) > 0),
  requests_per_second integer check (requests_per_second > 0),
  burst integer check (burst > 0),
  monthly_quota bigint check (monthly_quota > 0),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  check ((previous_key_hash is null) = (previous_expires_at is null))
);
comment on table rowgate.api_keys is 'Who may call what. The keys themselves are nowhere: only their SHA-256. Written by "npm run keys".';
comment on column rowgate.api_keys.previous_key_hash is 'The key before the last rotation, which holds until previous_expires_at.';
comment on column rowgate.api_keys.burst is 'How many requests may come at once; null: as many as requests_per_second.';

-- A counter, as of the registry: every change within the writer's transaction, and a notification that it was.
create table if not exists rowgate.api_keys_version (
  singleton boolean primary key default true check (singleton),
  version bigint not null
);
insert into rowgate.api_keys_version (version) values (1) on conflict do nothing;

create or replace function rowgate.bump_api_keys_version() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update rowgate.api_keys_version set version = version + 1;
  perform pg_notify('rowgate_api_keys', '');
  return null;
end
$$;
revoke execute on function rowgate.bump_api_keys_version from public;

create or replace trigger rowgate_bump_version
  before insert or update or delete or truncate on rowgate.api_keys
  for each statement execute function rowgate.bump_api_keys_version();

-- One token bucket and one month's count for each key with limits, shared by all replicas.
create table if not exists rowgate.api_key_usage (
  key_id uuid primary key references rowgate.api_keys on delete cascade,
  tokens double precision not null,
  refilled_at timestamptz not null default now(),
  month date not null,
  used bigint not null default 0
);
comment on table rowgate.api_key_usage is
  'What each key has used: the bucket of its rate, below zero where replicas together let more through, and the calls of the month (UTC).';
