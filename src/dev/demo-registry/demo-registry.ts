import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../db/tables.ts';

/** The demo registry: 105 workflows of the fictitious workspace `demodata`, 80 of them exposed. */
export const demoRegistryFile = join(import.meta.dirname, 'registry.json');

/**
 * Loads the demo registry into an empty registry table, in one statement. A table with rows is left unchanged. Raw `sql`: the
 * columns are those of the file.
 *
 * @returns the number of rows inserted.
 */
export async function loadDemoRegistry(db: Kysely<Database>): Promise<number> {
  const text = await readFile(demoRegistryFile, 'utf8');
  const columns = sql.join(columnsOf(JSON.parse(text)).map((name) => sql.id(name)));
  const result = await sql`
    insert into reference.enrichment_workflow_registry (${columns})
    select ${columns}
    from json_populate_recordset(null::reference.enrichment_workflow_registry, ${text}::json)
    where not exists (select from reference.enrichment_workflow_registry)
  `.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** The columns that any row of the file has; the others keep what the table gives them. */
function columnsOf(rows: unknown): readonly string[] {
  return [...new Set(z.array(z.record(z.string(), z.unknown())).parse(rows).flatMap(Object.keys))];
}
