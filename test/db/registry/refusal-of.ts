import pg from 'pg';
import { insertRows } from '../../helpers/database-with-rows.ts';
import type { TestDatabase } from '../../helpers/database.ts';
import type { TestRow } from '../../helpers/rows.ts';

/** What Postgres says to a write of this row; null if it takes the row, which is then deleted again. */
export async function refusalOf(database: TestDatabase, row: TestRow): Promise<pg.DatabaseError | null> {
  try {
    await insertRows(database, [row]);
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  }
  await database.query('delete from reference.enrichment_workflow_registry');
  return null;
}
