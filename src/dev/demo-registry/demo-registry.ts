import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/tables.ts';

/** The demo registry: 105 workflows of the fictitious workspace `demodata`, 80 of them exposed. */
export const demoRegistryFile = join(import.meta.dirname, 'registry.json');

/**
 * Loads the demo registry into an empty registry table, in one statement. A table with rows is left unchanged.
 *
 * @returns the number of rows inserted.
 */
export async function loadDemoRegistry(db: Kysely<Database>): Promise<number> {
  const text = await readFile(demoRegistryFile, 'utf8');
  const columns = sql.raw(demoColumns.join(', '));
  const result = await sql`
    insert into reference.enrichment_workflow_registry (${columns})
    select ${columns}
    from json_populate_recordset(null::reference.enrichment_workflow_registry, ${text}::json)
    where not exists (select from reference.enrichment_workflow_registry)
  `.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

const demoColumns = [
  'workflow_slug',
  'description',
  'provider',
  'entity_type',
  'workflow_type',
  'payload_type',
  'raw_table',
  'coalesces_to_core',
  'is_active',
  'modal_function_name',
  'modal_endpoint_url',
  'api_endpoint_url',
  'timeout_seconds',
  'apply_defaults',
  'request_schema',
  'response_schema',
  'example_request',
] as const;
