-- Rows that Postgres accepts and a gateway refuses: who writes one is told by NOTICE where the database can know it.
-- Additive and re-runnable; also applicable with psql.
set local lock_timeout = '5s';

-- Without what stands at the ends of a text and nobody sees: what JavaScript's trim() takes off, NEL, soft hyphens,
-- zero-width characters and direction marks (src/schemas/columns/trimmed.ts; that both do alike is tested). Null where
-- nothing is left. The checks of the table use it.
create or replace function rowgate.trimmed(value text) returns text
language sql immutable parallel safe
return nullif(btrim(value, E' \t\n\x0B\f\r\u0085\u00A0\u00AD\u061C\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\u3000\uFEFF'), '');

-- As the gateway reads it: null counts as active, and in a column of text so does everything that does not mean false.
create or replace function rowgate.is_retired(is_active text) returns boolean
language sql immutable parallel safe
return coalesce(lower(btrim(is_active)) in ('false', 'f', 'no', 'n', 'off', '0'), false);

-- The path that a row claims, without method, host and trailing slash; null for one that cannot be served.
create or replace function rowgate.claimed_path(api_endpoint_url text) returns text
language sql immutable parallel safe
return (
  select case when char_length(path) between 6 and 512 and starts_with(path, '/run/') then path end
  from regexp_replace(regexp_replace(
    btrim(api_endpoint_url, E' \t\n\x0B\f\r\u0085\u00A0\u00AD\u061C\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u200C\u200D\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u202F\u205F\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\u3000\uFEFF'),
    '^(?:[A-Za-z]+[[:space:]\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]+)?(?:[Hh][Tt][Tt][Pp][Ss]?://[^/?#]*)?', ''), '/$', '') as path
);

grant execute on function rowgate.is_retired, rowgate.claimed_path to public;

-- For the rows of a path: without it each insert would read the whole table.
create index if not exists rowgate_claimed_path
  on reference.enrichment_workflow_registry (rowgate.claimed_path(api_endpoint_url::text));

alter table rowgate.replicas add column if not exists allowed_hosts text[];
comment on column rowgate.replicas.allowed_hosts is
  'UPSTREAM_ALLOWED_HOSTS of the process, so that who writes a row with another host is told. Null: not reported.';

-- Once a statement and as the owner, like the history: a role that may only write the registry is told, too. It only
-- reads, and refuses nothing: what it says depends on who runs now, and the row may be meant for later.
create or replace function rowgate.tell_refused_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
revoke execute on function rowgate.tell_refused_rows from public;

create or replace trigger rowgate_tell_inserted
  after insert on reference.enrichment_workflow_registry referencing new table as after_rows
  for each statement execute function rowgate.tell_refused_rows();
create or replace trigger rowgate_tell_updated
  after update on reference.enrichment_workflow_registry referencing new table as after_rows
  for each statement execute function rowgate.tell_refused_rows();

-- By the normal form of a slug: whoever asks for "echo" means the row whose slug is "echo ", too.
create or replace function reference.explain_workflow(slug text)
returns table (workflow_slug text, status text, severity text, code text, message text, judged_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
  with present as (
    select registry_row.workflow_slug::text as slug, md5(registry_row::text) as hash,
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
grant execute on function reference.explain_workflow to public;
