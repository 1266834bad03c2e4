-- apply_defaults: whether the gateway puts the defaults of request_schema into bodies. Additive and re-runnable; also applicable
-- with psql. No check: a table that was there before may have the column in any type, and what is not true counts as false.

alter table reference.enrichment_workflow_registry
  add column if not exists apply_defaults boolean;

comment on column reference.enrichment_workflow_registry.apply_defaults is
  'True: members that the caller left out reach the function with the default of request_schema, except for PATCH. Null: false.';
