-- A request contract that is changed in place only reports at first: a slip in it must not refuse calls at once.
-- Additive and re-runnable; also applicable with psql.

-- Not for each writer to remember, since most write by hand. A statement that changes contract_mode too means what it
-- says, as does an INSERT, and a restore puts back exactly what was. A mode that is neither report nor off is enforced.
--
-- Compared as text first, which is cheap and works for a column of any type; then as jsonb, for which layout and the
-- order of members are no change. What jsonb cannot hold is taken for changed.
create or replace function rowgate.report_changed_contract() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  was text := old.request_schema::text;
  is_now text := new.request_schema::text;
begin
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
end
$$;

-- Before rowgate_stamp_workflow, by its name: what is stamped is the row as it is kept.
create or replace trigger rowgate_report_changed_contract
  before update of request_schema on reference.enrichment_workflow_registry
  for each row execute function rowgate.report_changed_contract();

comment on column reference.enrichment_workflow_registry.contract_mode is
  'enforce, report or off. Null: enforce. Becomes report where request_schema is changed and this is not.';
