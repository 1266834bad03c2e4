-- max_concurrency: how many calls of a workflow each process has in flight at once.
-- Not valid: rows that were there before stay, and are checked when they are next updated. As text, since a table that
-- was there before may have the column in any type.
--
-- Edited on 2026-11-29, since it failed where is_active is text: `is_active is false` became
-- coalesce(is_active::text = 'false', false), which is the same for a boolean.

alter table reference.enrichment_workflow_registry
  drop constraint if exists rowgate_max_concurrency,
  add constraint rowgate_max_concurrency check (
    coalesce(is_active::text = 'false', false) or rowgate.trimmed(api_endpoint_url::text) is null
    or rowgate.accepts('max_concurrency', max_concurrency::text,
      case when max_concurrency::text !~ '^\s*([1-9][0-9]{0,4}|100000)\s*$' then 'is no number of calls from 1 to 100000' end,
      'Give how many calls may be in flight at once, or null for no limit; to stop a workflow set is_active to false.')
  ) not valid;

comment on column reference.enrichment_workflow_registry.max_concurrency is
  'How many calls of this workflow each process has in flight at once; a few more wait up to 2 seconds for their turn, the rest get 503. Null: no limit.';
