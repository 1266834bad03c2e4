-- deprecated_at: since when callers should move away from a workflow. Additive and re-runnable; also applicable with psql.
-- No check: a table that was there before may have the column in any type, and what is no time only says nothing.

alter table reference.enrichment_workflow_registry
  add column if not exists deprecated_at timestamptz;

comment on column reference.enrichment_workflow_registry.deprecated_at is
  'Since when, or from when on, callers should move away from this workflow, which is served as before. Null: they need not.';
