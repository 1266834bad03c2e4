import { createTemplate, createTestDatabase, type Template, type TestDatabase } from './database.ts';
import type { TestRow } from './rows.ts';

/** The rows that files of this worker asked for, as JSON: null when once, and from then on the template that has them. */
const askedFor = new Map<string, Promise<Template> | null>();

/**
 * A database of its own with these rows in the registry. Most tests start with one of few sets of rows, and to insert them takes
 * Postgres three times as long as to clone a database: a session, its caches, and what the triggers load. So those that are
 * asked for again are inserted into a template.
 */
export async function createDatabaseWithRows(rows: readonly TestRow[]): Promise<TestDatabase> {
  const json = JSON.stringify(rows);
  if (rows.length === 0) return createTestDatabase();
  if (askedFor.has(json)) {
    const template = askedFor.get(json) ?? createTemplate((database) => insertRows(database, rows));
    askedFor.set(json, template);
    return createTestDatabase(await template);
  }
  askedFor.set(json, null);
  const database = await createTestDatabase();
  try {
    await insertRows(database, rows);
  } catch (error) {
    await database.drop();
    throw error;
  }
  return database;
}

/** Inserts rows of any columns in one statement. */
export async function insertRows(
  database: Pick<TestDatabase, 'query'>,
  rows: readonly TestRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ');
  await database.query(
    `insert into reference.enrichment_workflow_registry (${columns})
     select ${columns} from json_populate_recordset(null::reference.enrichment_workflow_registry, $1::json)`,
    [JSON.stringify(rows)],
  );
}
