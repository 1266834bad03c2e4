import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from './tables.ts';

/** All rows of the registry at one moment, and the version that names this content. */
export type RegistryRead = Readonly<{ version: string; rows: readonly unknown[] }>;

/** The table that holds the routes is not there. */
export class RegistryMissingError extends Error {
  override readonly name = 'RegistryMissingError';

  constructor(table: string, cause: unknown) {
    super(
      `The database has no table ${table}. Create it with "npm run migrate", or name another table in REGISTRY_TABLE.`,
      { cause },
    );
  }
}

const undefinedTable = '42P01';
const invalidSchema = '3F000';

/**
 * Reads every row, in the order of slugs. All columns are asked for, since a registry that Rowgate does not own may
 * have only three of them.
 *
 * @throws RegistryMissingError where there is no such table.
 */
export async function readRegistry(db: Kysely<Database>, table: string): Promise<RegistryRead> {
  try {
    const { rows } = await sql`select * from ${sql.table(table)} order by workflow_slug`.execute(db);
    const digest = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    return { version: digest.slice(0, 12), rows };
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === undefinedTable || error.code === invalidSchema)
    ) {
      throw new RegistryMissingError(table, error);
    }
    throw error;
  }
}
