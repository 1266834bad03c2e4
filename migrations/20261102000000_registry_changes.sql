-- Changes of the registry: a version, a history, checks at INSERT, and what replicas say of themselves and of rows.
-- Additive and re-runnable; also applicable with psql, on a table that already has rows and columns of its own.
--
-- A role that may only write the registry table needs no rights in schema rowgate: what a trigger does elsewhere it
-- does as its owner, and checks call functions that need none.

create schema if not exists rowgate;

-- The version -------------------------------------------------------------------------------------------------------

create table if not exists rowgate.registry_version (
  singleton boolean primary key default true check (singleton),
  version bigint not null
);
comment on table rowgate.registry_version is
  'How many transactions have written the registry. Read it and the rows in one REPEATABLE READ transaction.';
insert into rowgate.registry_version (version) values (1) on conflict do nothing;

-- Before the statement, and not after it: a writer holds the version row before any registry row, so that writers
-- queue up there and cannot wait for one another in a circle.
-- Once in a transaction, since only what is committed can be seen: 10,000 single-row inserts in one transaction take
-- 1.9 s, and took 6.7 s with a bump each (every dead version of the row is walked over by the next bump; 2026-11-23).
-- xmin tells; within a savepoint it is the savepoint's own, which costs a bump more and no change goes unseen.
create or replace function rowgate.bump_registry_version() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  bumped bigint;
begin
  update rowgate.registry_version set version = version + 1
    where xmin <> pg_current_xact_id()::xid
    returning version into bumped;
  if found then
    perform pg_notify('rowgate_registry', bumped::text);
  elsif not exists (select from rowgate.registry_version) then
    raise exception 'rowgate.registry_version has lost its row, so that no replica would notice this change'
      using hint = 'Write it again, above every version there was: insert into rowgate.registry_version (version) select coalesce(max(version), 0) + 1 from reference.enrichment_workflow_registry_history';
  end if;
  return null;
end
$$;

create or replace trigger rowgate_bump_version
  before insert or update or delete or truncate on reference.enrichment_workflow_registry
  for each statement execute function rowgate.bump_registry_version();

-- Stamps ------------------------------------------------------------------------------------------------------------

-- created_at is set once and never changed: of two rows that claim one path, the earlier one keeps it. Only a restore,
-- which says so in rowgate.restoring, puts an earlier one back. An update that changes nothing leaves updated_at, too:
-- the row's hash stays, so that its verdict does, and the history stays silent.
create or replace function rowgate.stamp_workflow() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('rowgate.restoring', true) is distinct from 'on' then
    if tg_op = 'INSERT' then
      new.created_at := now();
    else
      new.created_at := old.created_at;
    end if;
  end if;
  if tg_op = 'UPDATE' then
    new.updated_at := old.updated_at;
    if new operator(pg_catalog.*=) old then
      return new;
    end if;
  end if;
  new.updated_at := now();
  return new;
end
$$;

-- History -----------------------------------------------------------------------------------------------------------

create table if not exists reference.enrichment_workflow_registry_history (
  id bigint generated always as identity primary key,
  version bigint not null,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  operation text not null check (operation in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')),
  workflow_slug text,
  old_row json,
  new_row json
);
create index if not exists enrichment_workflow_registry_history_slug
  on reference.enrichment_workflow_registry_history (workflow_slug, id);
create index if not exists enrichment_workflow_registry_history_version
  on reference.enrichment_workflow_registry_history (version);
comment on table reference.enrichment_workflow_registry_history is
  'Every change of the registry, by slug: a renamed row is a DELETE of the old slug and an INSERT of the new one.';
comment on column reference.enrichment_workflow_registry_history.version is
  'The registry''s version from this change on; several changes of one transaction share it, in the order of id.';
comment on column reference.enrichment_workflow_registry_history.changed_by is
  'set_config(''rowgate.actor'', …) of the writer''s session, else the user who logged in.';

-- With transition tables and not row by row: a slug has one entry a statement, whatever a statement does with slugs
-- (a rename, two rows that swap theirs), and what a slug held before and after is right there.
-- Recorded is what changes the row's text as it is hashed; row_to_json keeps the json columns as they were written.
create or replace function rowgate.record_history() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
  at_version bigint := (select v.version from rowgate.registry_version v);
  actor text := coalesce(nullif(current_setting('rowgate.actor', true), ''), session_user);
begin
  case tg_op
  when 'INSERT' then
    insert into reference.enrichment_workflow_registry_history (version, changed_by, operation, workflow_slug, new_row)
    select at_version, actor, tg_op, after_row.workflow_slug, row_to_json(after_row) from after_rows after_row;
  when 'DELETE' then
    insert into reference.enrichment_workflow_registry_history (version, changed_by, operation, workflow_slug, old_row)
    select at_version, actor, tg_op, before_row.workflow_slug, row_to_json(before_row) from before_rows before_row;
  when 'TRUNCATE' then
    insert into reference.enrichment_workflow_registry_history (version, changed_by, operation, workflow_slug, old_row)
    select at_version, actor, tg_op, registry_row.workflow_slug, row_to_json(registry_row)
    from reference.enrichment_workflow_registry registry_row;
  when 'UPDATE' then
    -- Paired by slug; the nth of those that share a slug, or have none, with the nth.
    insert into reference.enrichment_workflow_registry_history
      (version, changed_by, operation, workflow_slug, old_row, new_row)
    select at_version, actor,
      case when a.slug_key is null then 'DELETE' when b.slug_key is null then 'INSERT' else tg_op end,
      coalesce(a.workflow_slug, b.workflow_slug), b.content, a.content
    from (
      select before_row.workflow_slug, coalesce('=' || before_row.workflow_slug, '') as slug_key,
        row_number() over (partition by before_row.workflow_slug) as copy,
        row_to_json(before_row) as content, before_row::text as hashed
      from before_rows before_row
    ) b full join (
      select after_row.workflow_slug, coalesce('=' || after_row.workflow_slug, '') as slug_key,
        row_number() over (partition by after_row.workflow_slug) as copy,
        row_to_json(after_row) as content, after_row::text as hashed
      from after_rows after_row
    ) a using (slug_key, copy)
    where b.hashed is distinct from a.hashed;
  end case;
  return null;
end
$$;

create or replace trigger rowgate_record_insert
  after insert on reference.enrichment_workflow_registry referencing new table as after_rows
  for each statement execute function rowgate.record_history();
create or replace trigger rowgate_record_update
  after update on reference.enrichment_workflow_registry referencing old table as before_rows new table as after_rows
  for each statement execute function rowgate.record_history();
create or replace trigger rowgate_record_delete
  after delete on reference.enrichment_workflow_registry referencing old table as before_rows
  for each statement execute function rowgate.record_history();
-- Triggers of one kind run in the order of their names: rowgate_bump_version has run.
create or replace trigger rowgate_record_truncate
  before truncate on reference.enrichment_workflow_registry
  for each statement execute function rowgate.record_history();

-- Who can run these could hang them on a table of their own and write history. Triggers fire without that right.
revoke execute on function rowgate.bump_registry_version, rowgate.record_history from public;

create or replace function rowgate.workflow_as_of(slug text, version bigint) returns json
language sql stable
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres' set bytea_output = 'hex' set extra_float_digits = 1 as $$
  with up_to_it as (
    select h.new_row as content from reference.enrichment_workflow_registry_history h
    where h.workflow_slug = workflow_as_of.slug and h.version <= workflow_as_of.version
    order by h.id desc limit 1
  ), after_it as (
    select h.old_row as content from reference.enrichment_workflow_registry_history h
    where h.workflow_slug = workflow_as_of.slug and h.version > workflow_as_of.version
    order by h.id limit 1
  )
  select case
    when exists (select from up_to_it) then (select content from up_to_it)
    when exists (select from after_it) then (select content from after_it)
    else (
      select row_to_json(registry_row) from reference.enrichment_workflow_registry registry_row
      where registry_row.workflow_slug = workflow_as_of.slug limit 1
    )
  end
$$;
comment on function rowgate.workflow_as_of is 'The row of a slug as it was at a version of the registry; null: there was none.';

-- Checks ------------------------------------------------------------------------------------------------------------

-- They refuse what could not be served under any configuration, by the gateway's own rules (src/schemas/; that both
-- judge alike is tested), and leave to the gateway what only it can tell: allowed hosts, punycode, conflicts, JSON
-- Schema. Inactive rows pass, so that a bad row can always be retired.
-- Each …_fault says what is wrong, or null. None calls another of ours by name, which would take rights on the schema.

-- Without what JavaScript's trim() takes off; null where nothing is left.
create or replace function rowgate.trimmed(value text) returns text
language sql immutable parallel safe
return nullif(btrim(value, E' \t\n\x0B\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF'), '');

create or replace function rowgate.slug_fault(slug text) returns text
language plpgsql immutable parallel safe as $$
begin
  return case
    when slug is null then 'is missing'
    -- Counted as JavaScript does: a character outside the Basic Multilingual Plane is two.
    when char_length(slug) + char_length(regexp_replace(slug, '[^\U00010000-\U0010FFFF]', '', 'g')) > 200
      then 'is longer than 200 characters'
    when slug ~ '[\u0001-\u001F\u007F-\u009F]' then 'has a control character'
  end;
end
$$;

create or replace function rowgate.endpoint_fault(endpoint text) returns text
language plpgsql immutable parallel safe as $$
declare
  method_word constant text := '^([A-Za-z]+)[ \t\n\v\f\r\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]+';
  -- Collation "C": ranges and letter case are ASCII's, whatever the database's language.
  method text collate "C" := upper(substring(endpoint collate "C" from method_word));
  path text collate "C" := regexp_replace(
    regexp_replace(regexp_replace(endpoint collate "C", method_word, ''), '^https?://[^/?#]*', '', 'i'), '/$', '');
begin
  return case
    when method <> all (array['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) then 'starts with a method that cannot be routed'
    when not starts_with(path, '/run/') then 'is not under /run/'
    when char_length(path) > 512 then 'has a path longer than 512 characters'
    when substr(path, 5) || '/' ~ '//' then 'has an empty segment (two slashes in a row)'
    when substr(path, 5) || '/' ~ '/[.][.]?/' then 'has a segment "." or "..", which clients resolve before they send'
    when path !~ '^[A-Za-z0-9._~!$&''()*+,;=:@/-]+$'
      then 'has a character outside letters, digits and -._~!$&''()*+,;=:@ in a segment'
  end;
end
$$;

create or replace function rowgate.function_url_fault(function_url text) returns text
language plpgsql immutable parallel safe as $$
declare
  url text collate "C" := function_url;
begin
  return case
    when url is null then 'is missing: the row has a path but no function to call'
    when char_length(url) > 2048 then 'is longer than 2048 characters'
    when url !~* '^https://' then 'does not start with https://'
    when url !~ '^[\u0021-\u007E]+$' then 'has spaces, control or non-ASCII characters'
    when position('\' in url) > 0 then 'has a backslash'
    when position('#' in url) > 0 then 'has a fragment (#), which is never sent'
    when url !~* '^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?([/?]|$)'
      then 'has no plain host name: no user, password, port, trailing dot or percent-encoding'
    when url ~* '%2e|%2f|%5c' then 'has an encoded dot, slash or backslash'
  end;
end
$$;

-- A host whose last label is a number is an IPv4 address, in any of the forms of the WHATWG URL Standard
-- (https://url.spec.whatwg.org/#concept-ipv4-parser), or no host at all.
create or replace function rowgate.address_fault(function_url text) returns text
language plpgsql immutable parallel safe as $$
declare
  fault constant text := 'has a number for a host that is no IPv4 address';
  labels text[] := string_to_array(lower(substring(function_url collate "C" from '^[A-Za-z]+://([A-Za-z0-9.-]+)')), '.');
  places constant integer := cardinality(labels);
  label text collate "C";
  number numeric;
begin
  if places is null or labels[places] !~ '^([0-9]+|0x[0-9a-f]*)$' then
    return null;
  end if;
  if places > 4 then
    return fault;
  end if;
  for place in 1 .. places loop
    label := labels[place];
    if label ~ '^0x[0-9a-f]*$' then
      label := ltrim(substr(label, 3), '0');
      number := case when length(label) > 8 then 2 ^ 32 else ('x' || lpad(label, 16, '0'))::bit(64)::bigint end;
    elsif label ~ '^0[0-7]+$' then
      number := 0;
      for digit in 1 .. length(label) loop
        number := least(number * 8 + substr(label, digit, 1)::integer, 2 ^ 32);
      end loop;
    elsif label ~ '^(0|[1-9][0-9]*)$' then
      number := case when length(label) > 10 then 2 ^ 32 else label::bigint end;
    else
      return fault;
    end if;
    if number >= (case when place < places then 256 else 256 ^ (5 - places) end) then
      return fault;
    end if;
  end loop;
  return null;
end
$$;

-- As text, since a table that was there before may have the column in any type.
create or replace function rowgate.timeout_fault(timeout_seconds text) returns text
language plpgsql immutable parallel safe as $$
declare
  fault constant text := 'is no number of seconds above 0 and up to 86400';
begin
  if timeout_seconds is null or timeout_seconds ~* '^\s*0[xob][0-9a-f]+\s*$' then
    return null;
  end if;
  if timeout_seconds !~ '^\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\s*$' then
    return fault;
  end if;
  return case when timeout_seconds::float8 > 0 and timeout_seconds::float8 <= 86400 then null else fault end;
exception when numeric_value_out_of_range then
  return fault;
end
$$;

create or replace function rowgate.contract_fault(contract json) returns text
language sql immutable parallel safe
return case when json_typeof(contract) not in ('object', 'null') then 'is JSON, but no object that holds a JSON Schema' end;

-- True, or raises check_violation with words. What is shown of a value has no password, no line breaks, nothing that a
-- terminal obeys, and an end.
create or replace function rowgate.accepts(column_name text, value text, fault text, remedy text) returns boolean
language plpgsql immutable parallel safe as $$
declare
  shown text;
begin
  if fault is null then
    return true;
  end if;
  shown := regexp_replace(value, '//[^/?#]*@', '//…@');
  shown := case when char_length(shown) > 120 then left(shown, 120) || '…' else shown end;
  shown := to_json(regexp_replace(shown, '[\u007F-\u009F\u2028-\u202E\u2066-\u2069]', '?', 'g'))::text;
  raise exception using
    errcode = 'check_violation',
    message = concat_ws(' ', column_name, shown, fault),
    hint = remedy,
    schema = 'reference',
    table = 'enrichment_workflow_registry',
    column = column_name;
end
$$;

grant execute on function
  rowgate.trimmed, rowgate.slug_fault, rowgate.endpoint_fault, rowgate.function_url_fault, rowgate.address_fault,
  rowgate.timeout_fault, rowgate.contract_fault, rowgate.accepts
  to public;

-- Not valid: rows that were there before stay, and are checked when they are next updated.
--
-- Edited on 2026-11-29, since it failed where is_active is text or a schema is a number: `is_active is false` became
-- coalesce(is_active::text = 'false', false), and `request_schema::json` became request_schema::text::json. Where it had
-- applied, the result is the same; 20261203030000_text_columns.sql replaces these constraints everywhere.
alter table reference.enrichment_workflow_registry
  drop constraint if exists rowgate_workflow_slug,
  drop constraint if exists rowgate_api_endpoint_url,
  drop constraint if exists rowgate_modal_endpoint_url,
  drop constraint if exists rowgate_timeout_seconds,
  drop constraint if exists rowgate_request_schema,
  drop constraint if exists rowgate_response_schema,
  add constraint rowgate_workflow_slug check (
    coalesce(is_active::text = 'false', false)
    or rowgate.accepts('workflow_slug', workflow_slug::text, rowgate.slug_fault(rowgate.trimmed(workflow_slug::text)),
      'Give the row a slug of 1 to 200 characters without control characters.')
  ) not valid,
  add constraint rowgate_api_endpoint_url check (
    coalesce(is_active::text = 'false', false) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('api_endpoint_url', api_endpoint_url::text,
      rowgate.endpoint_fault(rowgate.trimmed(api_endpoint_url::text)),
      'Write /run/{entity}/{provider}/{workflow}/{action}, POST /run/… (or GET, PUT, PATCH, DELETE) or https://host/run/…; null for a row that is listed and not served.')
  ) not valid,
  add constraint rowgate_modal_endpoint_url check (
    coalesce(is_active::text = 'false', false) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('modal_endpoint_url', modal_endpoint_url::text,
      coalesce(
        rowgate.function_url_fault(rowgate.trimmed(modal_endpoint_url::text)),
        rowgate.address_fault(rowgate.trimmed(modal_endpoint_url::text))
      ),
      'Write the function''s URL as Modal shows it, https://workspace--app-function.modal.run; or leave api_endpoint_url null until there is one.')
  ) not valid,
  add constraint rowgate_timeout_seconds check (
    coalesce(is_active::text = 'false', false) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('timeout_seconds', timeout_seconds::text, rowgate.timeout_fault(timeout_seconds::text),
      'Give a number of seconds above 0 and up to 86400 (24 hours), or null for the convention by action.')
  ) not valid,
  add constraint rowgate_request_schema check (
    coalesce(is_active::text = 'false', false) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('request_schema', null, rowgate.contract_fault(request_schema::text::json),
      'Write a JSON Schema such as {"type": "object"}, or null for no contract.')
  ) not valid,
  add constraint rowgate_response_schema check (
    coalesce(is_active::text = 'false', false) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('response_schema', null, rowgate.contract_fault(response_schema::text::json),
      'Write a JSON Schema such as {"type": "object"}, or null for no contract.')
  ) not valid;

-- Replicas and their verdicts ---------------------------------------------------------------------------------------

create table if not exists rowgate.replicas (
  replica_id text primary key,
  host text not null,
  pid integer not null,
  version text,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
comment on table rowgate.replicas is
  'The processes that serve this registry and the version that each serves; one is alive until expires_at.';

create table if not exists rowgate.workflow_verdicts (
  workflow_slug text primary key,
  row_hash text not null,
  status text not null,
  reasons json not null check (json_typeof(reasons) = 'array'),
  warnings json not null check (json_typeof(warnings) = 'array'),
  replica_id text not null,
  judged_at timestamptz not null default now()
);
comment on table rowgate.workflow_verdicts is
  'What a replica made of each row, with the hash of the row that it judged: md5(row::text) under TimeZone UTC and DateStyle ISO, YMD.';

-- As its owner: who may read the registry may ask, without rights in schema rowgate.
create or replace function reference.explain_workflow(slug text)
returns table (workflow_slug text, status text, severity text, code text, message text, judged_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
  with present as (
    select md5(registry_row::text) as hash from reference.enrichment_workflow_registry registry_row
    where registry_row.workflow_slug = explain_workflow.slug
  ), stored as (
    select v.* from rowgate.workflow_verdicts v where v.workflow_slug = explain_workflow.slug
  ), verdict as (
    select s.* from stored s where s.row_hash in (select p.hash from present p)
  ), findings as (
    select 1 as part, r.place, 'reason' as severity, r.finding
    from verdict v, json_array_elements(v.reasons) with ordinality r (finding, place)
    union all
    select 2, w.place, 'warning', w.finding
    from verdict v, json_array_elements(v.warnings) with ordinality w (finding, place)
  ), told as (
    select f.part, f.place, v.status, f.severity, f.finding ->> 'code' as code, f.finding ->> 'message' as message,
      v.judged_at
    from verdict v, findings f
    union all
    select 3, 1, v.status, null, null,
      case v.status
        when 'mounted' then 'It is served as it is written.'
        when 'not_exposed' then 'It has no api_endpoint_url: it is listed, and not served.'
        when 'inactive' then 'It has is_active = false: it is listed, and not served.'
        else 'The replica that judged it gave no reason.'
      end,
      v.judged_at
    from verdict v where not exists (select from findings)
    union all
    select 4, 1, 'not yet seen', null, null,
      coalesce(
        (select format('It has changed since replica %s judged it, at %s, to be %s; a running gateway judges it anew within REGISTRY_POLL_MS (1 s).',
          s.replica_id, to_char(s.judged_at, 'YYYY-MM-DD HH24:MI:SS "UTC"'), s.status) from stored s),
        'No replica has judged it yet; a running gateway does so within REGISTRY_POLL_MS (1 s). Is one running on this database?'),
      (select s.judged_at from stored s)
    where exists (select from present) and not exists (select from verdict)
    union all
    select 5, 1, 'no such row', null, null,
      'The registry has no row with exactly this workflow_slug; see select workflow_slug from reference.enrichment_workflow_registry.',
      null
    where not exists (select from present)
  )
  select explain_workflow.slug, t.status, t.severity, t.code, t.message, t.judged_at from told t order by t.part, t.place
$$;
comment on function reference.explain_workflow is
  'Why a row is or is not served, as the replicas see it: select * from reference.explain_workflow(''slug'').';
grant execute on function reference.explain_workflow to public;
