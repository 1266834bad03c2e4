-- Tables whose columns are text, as an import of a sheet or a CSV file makes them: what the gateway reads as null, true, a
-- number or a contract can be written, and what it rejects is refused with a sentence. Additive and re-runnable; also applicable
-- with psql.
--
-- Messages are those of src/schemas/, so that a fault reads the same in psql and in the audit; that both validate alike, in columns
-- of text and of other types, is tested (test/db/registry/).
set local lock_timeout = '5s';

-- As the gateway reads it: null counts as active, and in a column of text so does everything that does not mean false.
create or replace function rowgate.is_retired(is_active text) returns boolean
language sql immutable parallel safe
return coalesce(lower(rowgate.trimmed(is_active) collate "C") in ('false', 'f', 'no', 'n', 'off', '0'), false);

create or replace function rowgate.is_active_fault(is_active text) returns text
language sql immutable parallel safe
return case
  when lower(rowgate.trimmed(is_active) collate "C")
    not in ('true', 't', 'yes', 'y', 'on', '1', 'false', 'f', 'no', 'n', 'off', '0', 'null')
  then 'must be true, false or null; it is {value}'
end;

-- As JavaScript's Number() reads a text without what is invisible at its ends; blank text is null.
create or replace function rowgate.timeout_fault(timeout_seconds text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  fault constant text := 'must be a number of seconds above 0 and at most 86400, or null for the conventional timeout; it is {value}';
  given constant text collate "C" := btrim(timeout_seconds, E' \t\n\x0B\f\r\u0085\u00A0\u00AD\u061C\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\u3000\uFEFF');
  base constant integer := case lower(left(given, 2)) when '0x' then 16 when '0o' then 8 when '0b' then 2 end;
  seconds float8 := 0;
begin
  if coalesce(given, '') = '' then
    return null;
  end if;
  if given ~ '^0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)$' then
    for place in 3 .. char_length(given) loop
      seconds := least(seconds * base + strpos('123456789abcdef', lower(substr(given, place, 1))), 86401);
    end loop;
  elsif given ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$' then
    seconds := given::float8;
  end if;
  return case when seconds > 0 and seconds <= 86400 then null else fault end;
exception when numeric_value_out_of_range then
  return fault;
end
$$;

create or replace function rowgate.concurrency_fault(max_concurrency text) returns text
language sql immutable parallel safe
return case
  when rowgate.trimmed(max_concurrency) collate "C" !~ '^0*([1-9][0-9]{0,4}|100000)$'
  then 'must be a whole number from 1 to 100000, or null for no limit; it is {value}'
end;

-- A contract in a column of text, or JSON that is a string: blank text and null are null, and what begins like an object must
-- be one. Not `parallel safe`, since a block with an exception handler needs a subtransaction.
create or replace function rowgate.text_contract_fault(contract json) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  fault constant text := 'is text but not a JSON object: {value}';
  given text;
begin
  given := btrim(contract #>> '{}', E' \t\n\x0B\f\r\u0085\u00A0\u00AD\u061C\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\u3000\uFEFF');
  if given in ('', 'null') then
    return null;
  end if;
  return case
    when left(given, 1) not in ('{', '[') then fault
    when json_typeof(given::json) = 'object' then null
    else 'must be a JSON object that is a JSON Schema'
  end;
exception when data_exception or program_limit_exceeded then
  return fault;
end
$$;

-- Of to_json(column), which is the same for a column of text as for a string in one of json, as it is for the gateway.
create or replace function rowgate.contract_fault(contract json) returns text
language sql immutable
return case json_typeof(contract)
  when 'object' then null
  when 'null' then null
  when 'string' then rowgate.text_contract_fault(contract)
  when 'array' then 'must be a JSON object that is a JSON Schema'
  when 'number' then 'must be a JSON object that is a JSON Schema'
  when 'boolean' then 'must be a JSON object that is a JSON Schema'
end;

-- True, or raises check_violation. {value} in a fault is replaced by what the column has; a fault without it follows the value.
-- What is shown of a value has no password, no line breaks, nothing that a terminal obeys, and an end.
create or replace function rowgate.accepts(column_name text, value text, fault text, remedy text) returns boolean
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  shown text;
begin
  if fault is null then
    return true;
  end if;
  shown := regexp_replace(value, '//[^/?#]*@', '//…@');
  shown := case when char_length(shown) > 120 then left(shown, 120) || '…' else shown end;
  shown := case
    when shown ~ '^-?[0-9]+([.][0-9]+)?$' then shown
    else to_json(regexp_replace(shown, '[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]', '?', 'g'))::text
  end;
  raise exception using
    errcode = 'check_violation',
    message = case
      when strpos(fault, '{value}') > 0 then column_name || ' ' || replace(fault, '{value}', coalesce(shown, 'null'))
      when starts_with(fault, 'must ') then column_name || ' ' || fault
      else concat_ws(' ', column_name, shown, fault)
    end,
    hint = remedy,
    schema = 'reference',
    table = 'enrichment_workflow_registry',
    column = column_name;
end
$$;

grant execute on function
  rowgate.is_active_fault, rowgate.concurrency_fault, rowgate.text_contract_fault, rowgate.contract_fault to public;

-- Not valid: rows that were there before stay, and are checked when they are next updated.
alter table reference.enrichment_workflow_registry
  drop constraint if exists rowgate_is_active,
  drop constraint if exists rowgate_workflow_slug,
  drop constraint if exists rowgate_api_endpoint_url,
  drop constraint if exists rowgate_modal_endpoint_url,
  drop constraint if exists rowgate_timeout_seconds,
  drop constraint if exists rowgate_max_concurrency,
  drop constraint if exists rowgate_request_schema,
  drop constraint if exists rowgate_response_schema,
  add constraint rowgate_is_active check (
    rowgate.accepts('is_active', is_active::text, rowgate.is_active_fault(is_active::text),
      'Write true (or t, yes, y, on, 1), false (or f, no, n, off, 0), or null, which counts as true.')
  ) not valid,
  add constraint rowgate_workflow_slug check (
    rowgate.is_retired(is_active::text)
    or rowgate.accepts('workflow_slug', workflow_slug::text, rowgate.slug_fault(rowgate.trimmed(workflow_slug::text)),
      'Write a slug of 1 to 200 characters without control characters.')
  ) not valid,
  add constraint rowgate_api_endpoint_url check (
    rowgate.is_retired(is_active::text) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('api_endpoint_url', api_endpoint_url::text,
      rowgate.endpoint_fault(rowgate.trimmed(api_endpoint_url::text)),
      'Write /run/{entity}/{provider}/{workflow}/{action}, POST /run/… (or GET, PUT, PATCH, DELETE) or https://host/run/…; null for a row that is listed but not served.')
  ) not valid,
  add constraint rowgate_modal_endpoint_url check (
    rowgate.is_retired(is_active::text) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('modal_endpoint_url', modal_endpoint_url::text,
      coalesce(
        rowgate.function_url_fault(rowgate.trimmed(modal_endpoint_url::text)),
        rowgate.address_fault(rowgate.trimmed(modal_endpoint_url::text))
      ),
      'Write the function''s URL as Modal shows it, https://workspace--app-function.modal.run; or leave api_endpoint_url null until there is one.')
  ) not valid,
  add constraint rowgate_timeout_seconds check (
    rowgate.is_retired(is_active::text) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('timeout_seconds', timeout_seconds::text, rowgate.timeout_fault(timeout_seconds::text),
      'Write a number of seconds such as 30 (86400 are 24 hours), or null for the conventional timeout of the action.')
  ) not valid,
  add constraint rowgate_max_concurrency check (
    rowgate.is_retired(is_active::text) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('max_concurrency', max_concurrency::text, rowgate.concurrency_fault(max_concurrency::text),
      'Write how many calls each process may have in flight at once, or null for no limit; to stop a workflow, set is_active to false.')
  ) not valid,
  add constraint rowgate_request_schema check (
    rowgate.is_retired(is_active::text) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('request_schema', request_schema::text, rowgate.contract_fault(to_json(request_schema)),
      'Write a JSON Schema such as {"type": "object"}, or null for no contract.')
  ) not valid,
  add constraint rowgate_response_schema check (
    rowgate.is_retired(is_active::text) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('response_schema', response_schema::text, rowgate.contract_fault(to_json(response_schema)),
      'Write a JSON Schema such as {"type": "object"}, or null for no contract.')
  ) not valid;

-- A created_at as the gateway reads it. Of two functions, so that only text pays for an exception handler: a statement of 1,000
-- rows with one path compares a million times. Blank text is null, and what is not a time is later than any.
create or replace function rowgate.read_time(value timestamptz) returns timestamptz
language sql immutable parallel safe
return value;

create or replace function rowgate.read_time(value text) returns timestamptz
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  given constant text := rowgate.trimmed(value);
begin
  if lower(given) = 'null' then
    return null;
  end if;
  return case when given ~ '[0-9]' or given is null then given::timestamptz else 'infinity' end;
exception when data_exception then
  return 'infinity';
end
$$;

-- Stamps of a column of text are ISO 8601 in UTC.
create or replace function rowgate.stamp_workflow() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  faults text;
  times constant regtype[] := '{timestamptz,timestamp,date}';
  -- In one form, whatever the TimeZone and DateStyle of the session, so that it can be read and compared.
  as_text constant text := to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
begin
  begin
    if current_setting('rowgate.restoring', true) is distinct from 'on' then
      if tg_op = 'INSERT' then
        if pg_typeof(new.created_at) = any (times) then
          new.created_at := now();
        else
          new.created_at := as_text;
        end if;
      else
        new.created_at := old.created_at;
      end if;
    end if;
  exception when others then
    faults := format('created_at is not set (%s)', sqlerrm);
  end;
  begin
    if tg_op = 'UPDATE' then
      new.updated_at := old.updated_at;
      if new operator(pg_catalog.*=) old then
        return new;
      end if;
    end if;
    if pg_typeof(new.updated_at) = any (times) then
      new.updated_at := now();
    else
      new.updated_at := as_text;
    end if;
  exception when others then
    faults := concat_ws(', and ', faults, format('updated_at is not set (%s)', sqlerrm));
  end;
  if faults is not null and coalesce(current_setting('rowgate.stamps_warned', true), '') <> 'on' then
    perform set_config('rowgate.stamps_warned', 'on', true);
    raise warning 'the rows are written, but %', faults
      using hint = format(
        'Restore a column that was renamed or dropped, or that cannot hold a time: alter table %I.%I add column if not exists created_at timestamptz, add column if not exists updated_at timestamptz',
        tg_table_schema, tg_table_name);
  end if;
  return new;
end
$$;

-- Blank text removes a contract, as null does.
create or replace function rowgate.report_changed_contract() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  was text;
  is_now text;
  -- As in rowgate.trimmed, which a role without rights in schema rowgate cannot call by its name.
  invisible constant text := E' \t\n\x0B\f\r\u0085\u00A0\u00AD\u061C\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\u3000\uFEFF';
begin
  was := old.request_schema::text;
  is_now := new.request_schema::text;
  if is_now is not distinct from was
    or coalesce(nullif(btrim(is_now, invisible), ''), 'null') = 'null'
    or new.contract_mode is distinct from old.contract_mode
    or coalesce(btrim(new.contract_mode::text, invisible), '') in ('report', 'off')
    or coalesce(current_setting('rowgate.restoring', true), '') = 'on'
  then
    return new;
  end if;
  begin
    if is_now::jsonb = was::jsonb then
      return new;
    end if;
  exception when data_exception or program_limit_exceeded then
    null;
  end;
  new.contract_mode := 'report';
  raise notice 'contract_mode of % is now report: its changed request_schema does not refuse any request yet', to_json(new.workflow_slug)
    using hint = format(
      'GET /api/enrichment/status lists under contract_reports what it would refuse. To enforce it: update reference.enrichment_workflow_registry set contract_mode = ''enforce'' where workflow_slug = %L',
      new.workflow_slug);
  return new;
exception when others then
  if coalesce(current_setting('rowgate.contracts_warned', true), '') <> 'on' then
    perform set_config('rowgate.contracts_warned', 'on', true);
    raise warning 'the rows are written, but contract_mode could not be set to report after the change of request_schema: %', sqlerrm
      using hint = format(
        'Restore a column that was renamed or dropped; contract_mode must be able to hold the text "report": alter table %I.%I alter column contract_mode type text using contract_mode::text',
        tg_table_schema, tg_table_name);
  end if;
  return new;
end
$$;

create or replace function rowgate.tell_refused_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, MDY' as $$
#variable_conflict use_variable
declare
  told record;
  shown constant integer := 20;
  remedy constant text := 'select * from reference.explain_workflow(%L)';
  most_rows constant integer := 1000;
begin
  -- 20,000 rows would take seconds more, in which all other writers wait for the version.
  if (select count(*) from (select from after_rows limit most_rows + 1) counted) > most_rows then
    raise notice 'the statement wrote more than % rows, so they were not compared with the other rows', most_rows
      using hint = 'GET /api/enrichment/audit?severity=error, or npm run registry -- audit, lists those that are not served.';
    return null;
  end if;
  begin
    for told in
      with written as materialized (
        select a.workflow_slug::text as slug, rowgate.trimmed(a.workflow_slug::text) as normal_slug,
          rowgate.claimed_path(a.api_endpoint_url::text) as path,
          lower(substring(rowgate.trimmed(a.modal_endpoint_url::text) from '^[Hh][Tt][Tt][Pp][Ss]://([A-Za-z0-9.-]+)')) as host,
          date_trunc('milliseconds', rowgate.read_time(a.created_at)) as since
        from after_rows a
        where not rowgate.is_retired(a.is_active::text)
      ), gateways as materialized (
        select r.allowed_hosts from rowgate.replicas r where r.expires_at > now() and r.allowed_hosts is not null
      ), taken as (
        select w.slug, 1 as part,
          case
            when o.since is not distinct from w.since
              then format('%s and %s have the same path %s and the same created_at: the smaller slug, %s, is served', w.q, to_json(o.slug), w.path, to_json(least(o.slug collate "C", w.slug collate "C")))
            when coalesce(o.since, '-infinity') < coalesce(w.since, '-infinity')
              then format('%s is not served: %s has the same path %s and was there first', w.q, to_json(o.slug), w.path)
            else format('%s is no longer served: %s has the same path %s and was there first', to_json(o.slug), w.q, w.path)
          end as message
        from (select *, to_json(left(slug, 200))::text as q from written where path is not null) w
        cross join lateral (
          select r.workflow_slug::text as slug, date_trunc('milliseconds', rowgate.read_time(r.created_at)) as since
          from reference.enrichment_workflow_registry r
          where rowgate.claimed_path(r.api_endpoint_url::text) = w.path
            and r.workflow_slug::text <> w.slug and not rowgate.is_retired(r.is_active::text)
          order by date_trunc('milliseconds', rowgate.read_time(r.created_at)) nulls first, r.workflow_slug::text collate "C" limit 1
        ) o
      ), unlisted as (
        select w.slug, 2 as part,
          format('%s is not served, and what it served before is withdrawn at once: the host %s is not in UPSTREAM_ALLOWED_HOSTS (%s) of %s of %s running gateways',
            to_json(left(w.slug, 200)), left(w.host, 253), min(array_to_string(g.allowed_hosts, ', ')), count(*), (select count(*) from gateways)) as message
        from written w cross join gateways g
        where w.path is not null and w.host is not null and not exists (
          select from unnest(g.allowed_hosts) pattern
          where w.host = pattern
            or (starts_with(pattern, '*.') and right(w.host, char_length(pattern) - 1) = substr(pattern, 2) and char_length(w.host) >= char_length(pattern))
        )
        group by w.slug, w.host
      ), padded as (
        select w.slug, 3 as part,
          format(case when exists (
              select from reference.enrichment_workflow_registry r where r.workflow_slug = w.normal_slug
            ) then '%s and %s count as one slug, and one of the two rows is not served: characters at the ends of a slug do not count'
            else '%s is served as %s: white space and invisible characters at the ends of a slug do not count' end,
            to_json(left(w.slug, 200)), to_json(left(w.normal_slug, 200))) as message
        from written w where w.normal_slug <> w.slug
      ), everything as (
        select * from taken union all select * from unlisted union all select * from padded
      )
      select e.*, count(*) over () as total from everything e order by e.slug collate "C", e.part limit shown
    loop
      raise notice '%', regexp_replace(told.message, '[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]', '?', 'g')
        using hint = format(remedy, told.slug);
    end loop;
    if told.total > shown then
      raise notice '% more rows of this statement are not served as they are written', told.total - shown
        using hint = 'GET /api/enrichment/audit?severity=error, or npm run registry -- audit, lists them all.';
    end if;
  exception when others then
    -- Such as a column that was renamed: the write itself must not fail by what is only said about it.
    raise notice 'the rows were written, but not compared with the other rows: %', sqlerrm;
  end;
  return null;
end
$$;
