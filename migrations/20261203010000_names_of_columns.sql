-- Functions that no column can mislead: not by its name (`actor`, `tg_op`, `registry_row`), and not by its absence after a
-- rename. Additive and re-runnable; also applicable with psql.
--
-- A name in a query of a function can mean a column of the registry, which may have any. So variables win over columns, and a
-- whole row is `row_alias.*`, since `row_alias` alone is the column of that name if there is one. What a trigger says or stamps
-- must not fail the write: it warns instead, row by row only once in a transaction, which may write 20,000 rows.
set local lock_timeout = '5s';

-- Checks run with the settings of whoever writes: a schema before pg_catalog in that search_path could replace what they call.
alter function rowgate.slug_fault(text) set search_path = pg_catalog, pg_temp;
alter function rowgate.endpoint_fault(text) set search_path = pg_catalog, pg_temp;
alter function rowgate.function_url_fault(text) set search_path = pg_catalog, pg_temp;
alter function rowgate.address_fault(text) set search_path = pg_catalog, pg_temp;
alter function rowgate.timeout_fault(text) set search_path = pg_catalog, pg_temp;
alter function rowgate.accepts(text, text, text, text) set search_path = pg_catalog, pg_temp;

-- Each stamp on its own, so that created_at stays out of writers' hands where only updated_at is missing.
create or replace function rowgate.stamp_workflow() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  faults text;
begin
  begin
    if current_setting('rowgate.restoring', true) is distinct from 'on' then
      if tg_op = 'INSERT' then
        new.created_at := now();
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
    new.updated_at := now();
  exception when others then
    faults := concat_ws(', and ', faults, format('updated_at is not set (%s)', sqlerrm));
  end;
  if faults is not null and coalesce(current_setting('rowgate.stamps_warned', true), '') <> 'on' then
    perform set_config('rowgate.stamps_warned', 'on', true);
    raise warning 'the rows are written, but %', faults
      using hint = format(
        'Rename the column back, or add it: alter table %I.%I add column if not exists created_at timestamptz, add column if not exists updated_at timestamptz',
        tg_table_schema, tg_table_name);
  end if;
  return new;
end
$$;

-- The rows before and after each statement; see 20261102000000_registry_changes.sql.
create or replace function rowgate.record_history() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
set intervalstyle = 'postgres' set bytea_output = 'hex' set extra_float_digits = 1 as $$
#variable_conflict use_variable
declare
  at_version bigint;
  actor text := coalesce(nullif(current_setting('rowgate.actor', true), ''), session_user);
begin
  -- What may be missing is tried on no rows: a block that also wrote the history would take a transaction id for each
  -- statement, and more than 64 of them in one transaction slow down every other session.
  begin
    at_version := (select v.version from rowgate.registry_version v);
    perform registry_row.workflow_slug from reference.enrichment_workflow_registry registry_row limit 0;
    perform h.version, h.changed_by, h.operation, h.workflow_slug, h.old_row, h.new_row
      from reference.enrichment_workflow_registry_history h limit 0;
  exception when others then
    raise warning 'the rows are written, but the change is not in the history: %', sqlerrm
      using hint = 'Restore what is missing; a renamed column: alter table reference.enrichment_workflow_registry rename column NEW_NAME to workflow_slug';
    return null;
  end;
  case tg_op
  when 'INSERT' then
    insert into reference.enrichment_workflow_registry_history (version, changed_by, operation, workflow_slug, new_row)
    select at_version, actor, tg_op, after_row.workflow_slug, row_to_json(after_row.*) from after_rows after_row;
  when 'DELETE' then
    insert into reference.enrichment_workflow_registry_history (version, changed_by, operation, workflow_slug, old_row)
    select at_version, actor, tg_op, before_row.workflow_slug, row_to_json(before_row.*) from before_rows before_row;
  when 'TRUNCATE' then
    insert into reference.enrichment_workflow_registry_history (version, changed_by, operation, workflow_slug, old_row)
    select at_version, actor, tg_op, registry_row.workflow_slug, row_to_json(registry_row.*)
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
        row_to_json(before_row.*) as content, (before_row.*)::text as hashed
      from before_rows before_row
    ) b full join (
      select after_row.workflow_slug, coalesce('=' || after_row.workflow_slug, '') as slug_key,
        row_number() over (partition by after_row.workflow_slug) as copy,
        row_to_json(after_row.*) as content, (after_row.*)::text as hashed
      from after_rows after_row
    ) a using (slug_key, copy)
    where b.hashed is distinct from a.hashed;
  end case;
  return null;
end
$$;

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
      select row_to_json(registry_row.*) from reference.enrichment_workflow_registry registry_row
      where registry_row.workflow_slug = workflow_as_of.slug limit 1
    )
  end
$$;

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
  ), told as (
    select v.row_place, f.part, f.place, v.slug, v.status, f.severity, f.finding ->> 'code' as code,
      f.finding ->> 'message' as message, v.judged_at
    from verdict v join findings f using (row_place)
    union all
    select v.row_place, 3, 1, v.slug, v.status, null, null,
      case v.status
        when 'mounted' then
          case when v.slug = rowgate.trimmed(v.slug) then 'It is served as it is written.'
          else format('It is served as %s: white space and invisible characters at the ends of a slug do not count.', to_json(rowgate.trimmed(v.slug))) end
        when 'not_exposed' then 'It has no api_endpoint_url: it is listed, and not served.'
        when 'inactive' then 'It has is_active = false: it is listed, and not served.'
        else 'The replica that judged it gave no reason.'
      end,
      v.judged_at
    from verdict v where not exists (select from findings f where f.row_place = v.row_place)
    union all
    select p.place, 4, 1, p.slug, 'not yet seen', null, null,
      coalesce(
        case when s.workflow_slug is not null then format('It has changed since replica %s judged it, at %s, to be %s; a running gateway judges it anew within REGISTRY_POLL_MS (1 s).',
          s.replica_id, to_char(s.judged_at, 'YYYY-MM-DD HH24:MI:SS "UTC"'), s.status) end,
        'No replica has judged it yet; a running gateway does so within REGISTRY_POLL_MS (1 s). Is one running on this database?'),
      s.judged_at
    from present p left join stored s on s.workflow_slug = p.slug
    where not exists (select from verdict v where v.row_place = p.place)
    union all
    select 1, 5, 1, explain_workflow.slug, 'no such row', null, null,
      'The registry has no row with this workflow_slug; see select workflow_slug from reference.enrichment_workflow_registry.',
      null
    where not exists (select from present)
  )
  select t.slug, t.status, t.severity, t.code, t.message, t.judged_at from told t order by t.row_place, t.part, t.place
$$;

create or replace function rowgate.report_changed_contract() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  was text;
  is_now text;
begin
  was := old.request_schema::text;
  is_now := new.request_schema::text;
  if is_now is not distinct from was
    or coalesce(btrim(is_now, E' \t\r\n'), 'null') = 'null'
    or new.contract_mode is distinct from old.contract_mode
    or coalesce(btrim(new.contract_mode::text), '') in ('report', 'off')
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
  raise notice 'contract_mode of % is report now: its changed request_schema refuses nothing yet', to_json(new.workflow_slug)
    using hint = format(
      'GET /api/enrichment/status tells under contract_reports what it would refuse. To enforce it: update reference.enrichment_workflow_registry set contract_mode = ''enforce'' where workflow_slug = %L',
      new.workflow_slug);
  return new;
exception when others then
  if coalesce(current_setting('rowgate.contracts_warned', true), '') <> 'on' then
    perform set_config('rowgate.contracts_warned', 'on', true);
    raise warning 'the rows are written, but contract_mode may not be report as after other changes of request_schema: %', sqlerrm
      using hint = format('Rename the column of %I.%I back, or add it.', tg_table_schema, tg_table_name);
  end if;
  return new;
end
$$;

create or replace function rowgate.warn_invalid_key() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.revoked_at is null
    and (array_ndims(new.scopes) > 1 or exists (select from unnest(new.scopes) as scope where scope is null))
  then
    raise warning 'the key % is refused: scopes must be a flat list without nulls', new.id
      using hint = format(
        'update rowgate.api_keys set scopes = ''{run:companies/**,read}'' where id = %L; "npm run keys -- list" shows what is wrong.',
        new.id);
  end if;
  return null;
exception when others then
  raise warning 'the key is written, but its scopes were not checked: %', sqlerrm
    using hint = '"npm run keys -- list" shows what is wrong.';
  return null;
end
$$;

create or replace function rowgate.tell_refused_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
  told record;
  shown constant integer := 20;
  remedy constant text := 'select * from reference.explain_workflow(%L)';
  most_rows constant integer := 1000;
begin
  -- 20,000 rows would take seconds more, in which all other writers wait for the version.
  if (select count(*) from (select from after_rows limit most_rows + 1) counted) > most_rows then
    raise notice 'the statement wrote more than % rows, which were not compared with the others', most_rows
      using hint = 'GET /api/enrichment/audit?severity=error, or npm run registry -- audit, lists those that are not served.';
    return null;
  end if;
  begin
    for told in
      with written as materialized (
        select a.workflow_slug::text as slug, rowgate.trimmed(a.workflow_slug::text) as normal_slug,
          rowgate.claimed_path(a.api_endpoint_url::text) as path,
          lower(substring(rowgate.trimmed(a.modal_endpoint_url::text) from '^[Hh][Tt][Tt][Pp][Ss]://([A-Za-z0-9.-]+)')) as host,
          date_trunc('milliseconds', a.created_at) as since
        from after_rows a
        where not rowgate.is_retired(a.is_active::text)
      ), gateways as materialized (
        select r.allowed_hosts from rowgate.replicas r where r.expires_at > now() and r.allowed_hosts is not null
      ), taken as (
        select w.slug, 1 as part,
          case
            when o.since is not distinct from w.since
              then format('%s has the path %s, and so has %s, with the same created_at: the smaller slug, %s, is served', w.q, w.path, to_json(o.slug), to_json(least(o.slug collate "C", w.slug collate "C")))
            when coalesce(o.since, '-infinity') < coalesce(w.since, '-infinity')
              then format('%s is not served while %s can be, which was there first and has the same path %s', w.q, to_json(o.slug), w.path)
            else format('%s has the path %s, and so has %s, which came later and is not served while %s can be', w.q, w.path, to_json(o.slug), w.q)
          end as message
        from (select *, to_json(left(slug, 200))::text as q from written where path is not null) w
        cross join lateral (
          select r.workflow_slug::text as slug, date_trunc('milliseconds', r.created_at) as since
          from reference.enrichment_workflow_registry r
          where rowgate.claimed_path(r.api_endpoint_url::text) = w.path
            and r.workflow_slug::text <> w.slug and not rowgate.is_retired(r.is_active::text)
          order by r.created_at nulls first, r.workflow_slug::text collate "C" limit 1
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
    raise notice 'the rows were written, but not compared with the others: %', sqlerrm;
  end;
  return null;
end
$$;

-- The use of other months than the current one: a database whose clock crosses the end of a month and is set back goes on
-- counting where it was, in either direction. A trigger, so that it holds whatever version of Rowgate settles.
alter table rowgate.api_key_usage add column if not exists other_months jsonb not null default '{}';
comment on column rowgate.api_key_usage.other_months is 'The use of up to 24 other months, by their first day.';

create or replace function rowgate.remember_months() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' as $$
declare
  months jsonb;
begin
  months := new.other_months || jsonb_build_object(old.month::text, greatest(old.used, 0));
  new.used := least(greatest(new.used, 0)::numeric + coalesce((months ->> new.month::text)::numeric, 0), 9223372036854775807)::bigint;
  new.other_months := (
    select coalesce(jsonb_object_agg(kept.key, kept.value), '{}')
    from (select m.key, m.value from jsonb_each(months - new.month::text) m order by m.key desc limit 24) kept
  );
  return new;
exception when others then
  raise warning 'the use of the key % is counted, but not what it used before in the same month: %', new.key_id, sqlerrm;
  return new;
end
$$;

create or replace trigger rowgate_remember_months
  before update on rowgate.api_key_usage
  for each row when (old.month is distinct from new.month) execute function rowgate.remember_months();
