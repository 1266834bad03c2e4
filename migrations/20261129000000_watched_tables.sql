-- The versions count every change, also those of sessions in which session_replication_role is `replica`: logical
-- replication, and scripts that set it to switch foreign keys off.
-- Additive and re-runnable; also applicable with psql.
--
-- Only the versions: stamps and the history stay as the publisher, or the script, wrote them. A version without a history
-- makes replicas compare the whole table.
set local lock_timeout = '5s';

alter table reference.enrichment_workflow_registry enable always trigger rowgate_bump_version;
alter table rowgate.api_keys enable always trigger rowgate_bump_version;

-- The apply worker of logical replication fires no statement triggers except for TRUNCATE and the first copy (PostgreSQL
-- documentation, "Logical Replication", Architecture), so each applied row counts. ENABLE REPLICA: an ordinary session never fires it.
create or replace trigger rowgate_bump_version_replicated
  after insert or update or delete on reference.enrichment_workflow_registry
  for each row execute function rowgate.bump_registry_version();
alter table reference.enrichment_workflow_registry enable replica trigger rowgate_bump_version_replicated;

create or replace trigger rowgate_bump_version_replicated
  after insert or update or delete on rowgate.api_keys
  for each row execute function rowgate.bump_api_keys_version();
alter table rowgate.api_keys enable replica trigger rowgate_bump_version_replicated;
