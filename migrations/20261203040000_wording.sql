-- The sentences that operators read: those of src/schemas/ where the gateway has one for the same fault. Additive and re-runnable;
-- also applicable with psql.
--
-- The column judged_at of rowgate.workflow_verdicts, and of explain_workflow, keeps its name: processes of earlier versions write
-- it, and a function's columns cannot be renamed without dropping it and the views that use it.
set local lock_timeout = '5s';

create or replace function rowgate.slug_fault(slug text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  return case
    when slug is null then 'must not be empty: set it to a unique name'
    -- Counted as JavaScript does: a character outside the Basic Multilingual Plane is two.
    when char_length(slug) + char_length(regexp_replace(slug, '[^\U00010000-\U0010FFFF]', '', 'g')) > 200
      or slug ~ '[\u0001-\u001F\u007F-\u009F]'
      then 'must have at most 200 characters, without control characters and lone surrogates; it is {value}'
  end;
end
$$;

create or replace function rowgate.endpoint_fault(endpoint text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  method_word constant text := '^([A-Za-z]+)[ \t\n\v\f\r\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]+';
  -- Collation "C": ranges and letter case are ASCII's, whatever the database's language.
  method text collate "C" := upper(substring(endpoint collate "C" from method_word));
  path text collate "C" := regexp_replace(
    regexp_replace(regexp_replace(endpoint collate "C", method_word, ''), '^https?://[^/?#]*', '', 'i'), '/$', '');
begin
  return case
    when method <> all (array['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      then 'does not start with a supported method: write one of GET, POST, PUT, PATCH, DELETE before the path, or the path alone for POST'
    when not starts_with(path, '/run/')
      then 'is not under /run/: only paths such as /run/companies/gemini/industry/infer are routed'
    when char_length(path) > 512 then 'cannot be routed: it is longer than 512 characters'
    when substr(path, 5) || '/' ~ '//' then 'cannot be routed: it has an empty segment (two slashes in a row)'
    when substr(path, 5) || '/' ~ '/[.][.]?/'
      then 'cannot be routed: it has a segment "." or "..", which clients resolve before they send a request'
    when path !~ '^[A-Za-z0-9._~!$&''()*+,;=:@/-]+$'
      then 'cannot be routed: a segment has a character outside letters, digits and -._~!$&''()*+,;=:@'
  end;
end
$$;

create or replace function rowgate.function_url_fault(function_url text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  url text collate "C" := function_url;
begin
  return case
    when url is null then 'must not be empty: the row has a path but no function to call'
    when char_length(url) > 2048 then 'cannot be called: it is longer than 2048 characters'
    when url !~* '^https://' then 'cannot be called: a function URL starts with https://'
    when url !~ '^[\u0021-\u007E]+$' then 'cannot be called: it has spaces, control or non-ASCII characters'
    when position('\' in url) > 0 then 'cannot be called: it has a backslash'
    when position('#' in url) > 0 then 'cannot be called: it has a fragment (#), which is never sent'
    when url !~* '^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?([/?]|$)'
      then 'cannot be called: the host must be a plain name: no user, password, port, trailing dot or percent-encoding'
    when url ~* '%2e|%2f|%5c' then 'cannot be called: its path has an encoded dot, slash or backslash'
  end;
end
$$;

-- A host whose last label is a number is an IPv4 address, in any of the forms of the WHATWG URL Standard
-- (https://url.spec.whatwg.org/#concept-ipv4-parser), or not a host at all.
create or replace function rowgate.address_fault(function_url text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  fault constant text := 'cannot be called: the host is a number but not a valid IPv4 address';
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

-- See 20261102000000_registry_changes.sql.
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
    raise exception 'rowgate.registry_version has lost its row, so no gateway would notice this change'
      using hint = 'Insert it again, with a version higher than any before: insert into rowgate.registry_version (version) select coalesce(max(version), 0) + 1 from reference.enrichment_workflow_registry_history';
  end if;
  return null;
end
$$;

-- By the normal form of a slug: whoever asks for "echo" means the row whose slug is "echo ", too.
create or replace function reference.explain_workflow(slug text)
returns table (workflow_slug text, status text, severity text, code text, message text, judged_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
  with present as (
    select registry_row.workflow_slug::text as slug, md5((registry_row.*)::text) as hash,
      row_number() over (order by registry_row.workflow_slug::text <> explain_workflow.slug, registry_row.workflow_slug::text) as place
    from reference.enrichment_workflow_registry registry_row
    where rowgate.trimmed(registry_row.workflow_slug::text) = rowgate.trimmed(explain_workflow.slug)
  ), stored as (
    select v.* from rowgate.workflow_verdicts v
    where v.workflow_slug in (select p.slug from present p) or v.workflow_slug = rowgate.trimmed(explain_workflow.slug)
  ), verdict as (
    select distinct on (p.place) p.place as row_place, p.slug, s.status, s.reasons, s.warnings, s.judged_at
    from present p join stored s on s.row_hash = p.hash
    order by p.place, s.judged_at desc
  ), findings as (
    select v.row_place, 1 as part, r.place, 'reason' as severity, r.finding
    from verdict v, json_array_elements(v.reasons) with ordinality r (finding, place)
    union all
    select v.row_place, 2, w.place, 'warning', w.finding
    from verdict v, json_array_elements(v.warnings) with ordinality w (finding, place)
  ), explained as (
    select v.row_place, f.part, f.place, v.slug, v.status, f.severity, f.finding ->> 'code' as code,
      f.finding ->> 'message' as message, v.judged_at
    from verdict v join findings f using (row_place)
    union all
    select v.row_place, 3, 1, v.slug, v.status, null, null,
      case v.status
        when 'mounted' then
          case when v.slug = rowgate.trimmed(v.slug) then 'It is served as written.'
          else format('It is served as %s: white space and invisible characters at the ends of a slug do not count.', to_json(rowgate.trimmed(v.slug))) end
        when 'not_exposed' then 'It has no api_endpoint_url: it is listed but not served.'
        when 'inactive' then 'Its is_active is false: it is listed but not served.'
        else 'The replica that validated it gave no reason.'
      end,
      v.judged_at
    from verdict v where not exists (select from findings f where f.row_place = v.row_place)
    union all
    select p.place, 4, 1, p.slug, 'not yet seen', null, null,
      coalesce(
        case when s.workflow_slug is not null then format('It has changed since replica %s validated it, at %s, as %s; a running gateway validates it again within REGISTRY_POLL_MS (1 s).',
          s.replica_id, to_char(s.judged_at, 'YYYY-MM-DD HH24:MI:SS "UTC"'), s.status) end,
        'No replica has validated it yet; a running gateway does so within REGISTRY_POLL_MS (1 s). Is one running on this database?'),
      s.judged_at
    from present p left join stored s on s.workflow_slug = p.slug
    where not exists (select from verdict v where v.row_place = p.place)
    union all
    select 1, 5, 1, explain_workflow.slug, 'no such row', null, null,
      'The registry has no row with this workflow_slug. To list them: select workflow_slug from reference.enrichment_workflow_registry.',
      null
    where not exists (select from present)
  )
  select t.slug, t.status, t.severity, t.code, t.message, t.judged_at from explained t order by t.row_place, t.part, t.place
$$;

comment on table reference.enrichment_workflow_registry is
  'The workflow registry of Rowgate. Each row with an api_endpoint_url is an endpoint: insert a row to get one.';
comment on column reference.enrichment_workflow_registry.api_endpoint_url is
  'Where callers reach the workflow: /run/{entity}/{provider}/{workflow}/{action}. Null: listed but not served.';
comment on column reference.enrichment_workflow_registry.timeout_seconds is
  'The deadline of a call in seconds. Null: the convention for the action at the end of the path.';
comment on column reference.enrichment_workflow_registry.response_schema is 'JSON Schema 2020-12 of the response body.';
comment on column reference.enrichment_workflow_registry.contract_mode is
  'enforce, report or off. Null: enforce. Becomes report if a statement changes request_schema but not this column.';
comment on column reference.enrichment_workflow_registry.idempotent is
  'True: the same call may be made twice without harm, so it may be retried.';
comment on column reference.enrichment_workflow_registry.max_concurrency is
  'How many calls each process has in flight at once; a few more wait up to 2 seconds, the others get 503. Null: no limit.';
comment on column reference.enrichment_workflow_registry.apply_defaults is
  'True: the function receives the defaults of request_schema for members that the caller left out; never for PATCH. Null: false.';
comment on column reference.enrichment_workflow_registry.deprecated_at is
  'When the workflow became, or becomes, deprecated. It is served as before. Null: not deprecated.';
comment on table rowgate.registry_version is
  'How many transactions have written the registry. To read the rows of a version, read both in one REPEATABLE READ transaction.';
comment on table reference.enrichment_workflow_registry_history is
  'Every change of the registry, by slug. A renamed row is a DELETE of the old slug and an INSERT of the new one.';
comment on column reference.enrichment_workflow_registry_history.version is
  'The version of the registry that the change is part of. Changes of one transaction share it, in the order of id.';
comment on column reference.enrichment_workflow_registry_history.changed_by is
  'What the session set with set_config(''rowgate.actor'', …), else the user who logged in.';
comment on function rowgate.workflow_as_of is
  'The row of a slug at a version of the registry. Null: there was no such row.';
comment on table rowgate.replicas is
  'The processes that serve this registry, and the version that each serves. A process counts as live until expires_at.';
comment on column rowgate.replicas.allowed_hosts is
  'UPSTREAM_ALLOWED_HOSTS of the process, for the NOTICE about a row with another host. Null: not reported.';
comment on table rowgate.workflow_verdicts is
  'The result of validating each row, and the hash of the row that was validated: md5(row::text) under TimeZone UTC and DateStyle ISO, YMD.';
comment on column rowgate.workflow_verdicts.judged_at is 'When replica_id validated the row.';
comment on column rowgate.api_keys.previous_key_hash is
  'The hash of the key before the last rotation. That key is valid until previous_expires_at.';
comment on column rowgate.api_keys.burst is 'How many requests may come at once. Null: as many as requests_per_second.';
comment on table rowgate.api_key_usage is
  'What each key has used: the tokens of its rate, below zero if replicas together let more through, and the calls of the month (UTC).';
