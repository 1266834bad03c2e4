import { TableFaultError } from '../live/table-fault.ts';

/** The registry table does not exist. */
export class RegistryMissingError extends Error {
  override readonly name = 'RegistryMissingError';

  constructor(table: string, cause: unknown) {
    super(
      `The database has no table ${table}. Create it with "npm run migrate", or set REGISTRY_TABLE to the table that contains the routes.`,
      { cause },
    );
  }
}

/** The counter's row is missing; its trigger refuses every change until it is restored. */
export class CounterMissingError extends Error {
  override readonly name = 'CounterMissingError';

  constructor() {
    super(
      'rowgate.registry_version has lost its row. Insert it again, with a version higher than any before: insert into rowgate.registry_version (version) select coalesce(max(version), 0) + 1 from reference.enrichment_workflow_registry_history.',
    );
  }
}

/** The database stores text in an encoding other than UTF-8, which rows and keys require. */
export class DatabaseEncodingError extends Error {
  override readonly name = 'DatabaseEncodingError';

  constructor(database: string, encoding: string) {
    super(
      `The database ${database} must be UTF-8; its encoding is ${encoding} and cannot be changed. Create another one with "createdb -E UTF8 -T template0 NAME", and set DATABASE_URL to it.`,
    );
  }
}

/** A column whose type Rowgate cannot use, and the statement that fixes it. */
export type UnsupportedColumn = Readonly<{ column: string; type: string; wanted: string; fix: string }>;

/** The registry table has columns whose types Rowgate cannot use. */
export class UnsupportedColumnsError extends Error {
  override readonly name = 'UnsupportedColumnsError';

  constructor(table: string, columns: readonly UnsupportedColumn[]) {
    const faults = columns.map(({ column, type, wanted }) => `${column} is ${type} and must be ${wanted}`);
    const fixes = columns.map(({ fix }) => `${fix};`);
    super(
      `Nothing was migrated, since ${table} has columns of types that Rowgate cannot use: ${faults.join(', ')}. Run this as the owner of the table, then migrate again:\n${fixes.join('\n')}`,
    );
  }
}

/** An error of the database in REGISTRY_DATABASE_URL, so that its remedy does not name DATABASE_URL. */
export class RegistryDatabaseError extends Error {
  override readonly name = 'RegistryDatabaseError';

  constructor(cause: unknown) {
    super('The database in REGISTRY_DATABASE_URL cannot be used.', { cause });
  }
}

/** A migration that did not apply. Its transaction was rolled back; those before it stay. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(file: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const fix = isColumnMissing(cause)
      ? 'If somebody renamed or dropped the column, rename it back, or add it with "alter table … add column …"; otherwise fix the cause. Then run'
      : 'Fix the cause and run';
    super(`The migration ${file} failed and was rolled back: ${said}. ${fix} "npm run migrate" again.`, {
      cause,
    });
  }
}

/** Postgres error codes (appendix A): undefined_table, invalid_schema_name, undefined_function. */
const missing: ReadonlySet<string> = new Set(['42P01', '3F000', '42883']);
/**
 * Codes of a server that is temporarily unavailable: starting or stopping, too_many_connections, lock_not_available. Or it ended the
 * statement or the session, by a timeout of the role or because an operator asked for it: query_canceled, the timeouts of sessions
 * and transactions, serialization_failure, deadlock_detected.
 */
const notNow: ReadonlySet<string> = new Set(
  '57P01 57P02 57P03 53300 55P03 57014 57P05 25P03 25P04 40001 40P01'.split(' '),
);

/** Whether a query failed because a table or schema does not exist. */
export function isMissing(error: unknown): boolean {
  return missing.has(codeOf(error));
}

/** Whether a query failed because a table lacks a column: its migrations are older than this process. */
export function isColumnMissing(error: unknown): boolean {
  return codeOf(error) === '42703';
}

/** Whether a statement does not apply to the object that it names, such as LOCK TABLE on a materialized view. */
export function isWrongObject(error: unknown): boolean {
  return codeOf(error) === '42809';
}

/** Whether a materialized view has no data yet, or no longer. */
export function isUnpopulated(error: unknown): boolean {
  return codeOf(error) === '55000';
}

/**
 * Classes of errors that the server, a connection or the session is to blame for, and not what was read: connection exception,
 * authorization, resources, operator intervention, system, foreign server and internal errors.
 */
const notOfObject: ReadonlySet<string> = new Set('08 25 28 3D 40 53 57 58 HV XX'.split(' '));

/** Whether reading a table failed because of its definition or of what that uses: a view, a function, a policy. */
export function isFaultOfObject(error: unknown): error is Error {
  const code = codeOf(error);
  return isOfServer(code) && !notNow.has(code) && !notOfObject.has(code.slice(0, 2));
}

/** Whether an error was raised within a function that the statement called, and not by the statement itself. */
export function isWithin(error: unknown): boolean {
  return error instanceof Error && typeof Reflect.get(error, 'where') === 'string';
}

/** Whether the role lacks a right. */
export function isForbidden(error: unknown): boolean {
  return codeOf(error) === '42501';
}

/** Whether a query names a column that does not exist. */
export function isUndefinedColumn(error: unknown): boolean {
  return codeOf(error) === '42703';
}

/**
 * Whether Postgres refused to leave out rows: `row_security` is off and policies apply. Recognized by the C function that
 * reports it (rls.c), since the message may be in any language, and the code is that of a missing right.
 */
export function isHiddenByPolicy(error: unknown): boolean {
  return isForbidden(error) && error instanceof Error && Reflect.get(error, 'routine') === 'check_enable_rls';
}

/**
 * Whether the database is temporarily unavailable, according to the server or the network, so that waiting helps. False
 * for a wrong password or an unknown database.
 */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  if (notNow.has(code)) return true;
  return (
    error instanceof Error &&
    !isOfServer(code) &&
    !(error instanceof RegistryMissingError) &&
    !isToBeFixed(error)
  );
}

/** Codes of Node.js contain no digit, or more than five characters. */
function isOfServer(code: string): boolean {
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
}

function isToBeFixed(error: unknown): boolean {
  return (
    error instanceof TableFaultError && (error.fault === 'rights_missing' || error.fault === 'unreadable')
  );
}

/** The code of an error of Postgres or of the network; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
