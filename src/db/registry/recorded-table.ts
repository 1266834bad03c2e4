import { type Kysely, sql } from 'kysely';
import type { Emptiness } from '../../schemas/registry-source.ts';
import type { Database } from '../tables.ts';

/** How many history entries are read to find out which columns the table had. */
const recentEntries = 100;

/**
 * Why the registry has no rows, according to its history: `deleted` if the newest entry is a DELETE, and the newest of
 * each slug a DELETE or a TRUNCATE. So a TRUNCATE alone is not enough, and deleting a row after it confirms it. Rows that
 * were removed without our triggers, as in a restore, have another newest entry. Raw `sql`: the anti-join names the table
 * twice.
 */
export async function emptinessOf(db: Kysely<Database>): Promise<Emptiness> {
  const { rows } = await sql<{ newest: string | null; is_unexplained: boolean }>`
    select (select operation from reference.enrichment_workflow_registry_history order by id desc limit 1) as newest, exists (
      select from reference.enrichment_workflow_registry_history entry
      where operation not in ('DELETE', 'TRUNCATE') and workflow_slug is not null and not exists (
        select from reference.enrichment_workflow_registry_history later
        where later.workflow_slug = entry.workflow_slug and later.id > entry.id
      )
    ) as is_unexplained`.execute(db);
  const [found] = rows;
  if (found === undefined || found.newest === null) return 'unknown';
  return found.newest === 'DELETE' && !found.is_unexplained ? 'deleted' : 'unexplained';
}

/** The columns that rows had in the newest entries of the history. */
export async function recordedColumns(db: Kysely<Database>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct json_object_keys(new_row) as name from (
      select new_row from reference.enrichment_workflow_registry_history
      where new_row is not null order by id desc limit ${recentEntries}
    ) recent`.execute(db);
  return rows.map(({ name }) => name);
}
