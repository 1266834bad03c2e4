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

/** The counter's row is gone; its trigger refuses every change until it is back. */
export class CounterMissingError extends Error {
  override readonly name = 'CounterMissingError';

  constructor() {
    super(
      'rowgate.registry_version has lost its row. Write it again, above every version there was: insert into rowgate.registry_version (version) select coalesce(max(version), 0) + 1 from reference.enrichment_workflow_registry_history.',
    );
  }
}

/** Postgres error codes (appendix A): undefined_table, invalid_schema_name, undefined_function. */
const missing: ReadonlySet<string> = new Set(['42P01', '3F000', '42883']);
/** Codes with which a server says "not now": it starts or stops, too_many_connections, lock_not_available. */
const notNow: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '53300', '55P03']);

/** Whether a query failed because a table or schema is not there. */
export function isMissing(error: unknown): boolean {
  return missing.has(codeOf(error));
}

/** Whether a query failed because a table lacks a column: its migrations are older than this process. */
export function isColumnMissing(error: unknown): boolean {
  return codeOf(error) === '42703';
}

/** Whether a statement was used on something that it is not for, such as LOCK TABLE on a materialized view. */
export function isWrongObject(error: unknown): boolean {
  return codeOf(error) === '42809';
}

/**
 * Whether the database is away for now, by its own word or the network's, so that waiting helps. A refused password or
 * an unknown database is not.
 */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  if (notNow.has(code)) return true;
  const saidByServer = /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
  return error instanceof Error && !saidByServer && !(error instanceof RegistryMissingError);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
