-- The workflow registry. Additive: on a database that already has the table with rows in it, nothing is lost and
-- only what is missing is added. Also applicable with psql.

create schema if not exists reference;
create schema if not exists rowgate;

create table if not exists reference.enrichment_workflow_registry (
  workflow_slug text not null unique,
  provider text,
  platform text,
  payload_type text,
  entity_type text,
  description text,
  workflow_type text,
  raw_table text,
  extracted_table text,
  core_table text,
  usage_category text,
  coalesces_to_core boolean,
  is_active boolean default true,
  modal_function_name text,
  modal_endpoint_url text,
  api_endpoint_url text
);

-- The columns that were there before Rowgate, for a table that has only some of them.
alter table reference.enrichment_workflow_registry
  add column if not exists provider text,
  add column if not exists platform text,
  add column if not exists payload_type text,
  add column if not exists entity_type text,
  add column if not exists description text,
  add column if not exists workflow_type text,
  add column if not exists raw_table text,
  add column if not exists extracted_table text,
  add column if not exists core_table text,
  add column if not exists usage_category text,
  add column if not exists coalesces_to_core boolean,
  add column if not exists is_active boolean default true,
  add column if not exists modal_function_name text,
  add column if not exists modal_endpoint_url text,
  add column if not exists api_endpoint_url text;

-- What Rowgate adds, all optional. json and not jsonb: people read these in the docs, in the order they were written.
alter table reference.enrichment_workflow_registry
  add column if not exists timeout_seconds integer,
  add column if not exists request_schema json,
  add column if not exists response_schema json,
  add column if not exists contract_mode text,
  add column if not exists example_request json,
  add column if not exists idempotent boolean,
  add column if not exists max_concurrency integer,
  add column if not exists is_critical boolean,
  add column if not exists created_at timestamptz,
  add column if not exists updated_at timestamptz;

comment on table reference.enrichment_workflow_registry is
  'Rowgate: each row with an api_endpoint_url is an endpoint. Insert a row, get an endpoint.';
comment on column reference.enrichment_workflow_registry.api_endpoint_url is
  'Where callers reach the workflow: /run/{entity}/{provider}/{workflow}/{action}. Null: listed, not mounted.';
comment on column reference.enrichment_workflow_registry.modal_endpoint_url is
  'The function''s web endpoint, https://…, used exactly as written.';
comment on column reference.enrichment_workflow_registry.timeout_seconds is
  'Deadline of a call in seconds. Null: by the action at the end of the path.';
comment on column reference.enrichment_workflow_registry.request_schema is 'JSON Schema 2020-12 of the request body.';
comment on column reference.enrichment_workflow_registry.response_schema is 'JSON Schema 2020-12 of the answer.';
comment on column reference.enrichment_workflow_registry.idempotent is 'True: the same call may be made twice without harm.';

-- created_at is set once and never changed: of two rows that claim one path, the earlier one keeps it.
create or replace function rowgate.stamp_workflow() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.created_at := now();
  else
    new.created_at := old.created_at;
  end if;
  new.updated_at := now();
  return new;
end
$$;

create or replace trigger rowgate_stamp_workflow
  before insert or update on reference.enrichment_workflow_registry
  for each row execute function rowgate.stamp_workflow();
