-- Which settlements of key use have been counted, so that one that is sent again is counted once.
-- Additive and re-runnable; also applicable with psql.
set local lock_timeout = '5s';

create table if not exists rowgate.key_settlements (
  process_id uuid primary key,
  sequence bigint not null,
  settled_at timestamptz not null default now()
);
comment on table rowgate.key_settlements is
  'The last settlement of each process that is counted in rowgate.api_key_usage. Rows of processes that settled nothing for 35 days are removed.';
