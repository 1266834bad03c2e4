import { type Kysely, sql } from 'kysely';
import { codeOf } from './database-errors.ts';
import { quotedIdentifier } from './rights.ts';
import { beginWithoutTimeouts } from './session-settings.ts';
import type { Database } from './tables.ts';

/** The settings that end statements or sessions, by the code of the error (PostgreSQL documentation, appendix A). */
const settingsByCode: ReadonlyMap<string, string> = new Map([
  ['57014', 'statement_timeout'],
  ['55P03', 'lock_timeout'],
  ['25P03', 'idle_in_transaction_session_timeout'],
  ['25P04', 'transaction_timeout'],
]);

/** Below this a timeout is considered too short for the gateway; reading 50,000 rows takes seconds. */
const enoughMs = 15_000;

/** A timeout of the role or database that is too short for what the gateway does. */
export class RoleTimeoutError extends Error {
  override readonly name = 'RoleTimeoutError';

  /** @param found null if the timeout ended the query for it, too. */
  constructor(setting: string, found: FoundSetting | null, cause: Error) {
    if (found === null) {
      super(
        `${setting} of the gateway's role or database is so short that nothing can be read (${cause.message}). Raise it, for the user of the connection URL: alter role ROLE set ${setting} = '60s'. New connections then use it.`,
        { cause },
      );
      return;
    }
    const role = quotedIdentifier(found.role);
    const database = quotedIdentifier(found.database);
    const owners = {
      'role in database': `the role ${role} in the database ${database}`,
      role: `the role ${role}`,
      database: `the database ${database}`,
      all: 'all roles',
      other: 'the server or of the connection URL',
    };
    super(
      `${setting} of ${owners[found.scope]} is ${found.value}, which is too short for the gateway (${cause.message}). Raise it: alter role ${role} in database ${database} set ${setting} = '60s'. New connections then use it.`,
      { cause },
    );
  }
}

type FoundSetting = Readonly<{
  role: string;
  database: string;
  /** As it was written, such as `5ms`. */
  value: string;
  /** Where it was set; `other`: in the server's configuration or when connecting, whose options win over those of roles. */
  scope: 'role in database' | 'role' | 'database' | 'all' | 'other';
}>;

/** Whether a timeout ended a statement or a session, or an operator did. */
export function isTimeout(error: unknown): boolean {
  return settingsByCode.has(codeOf(error));
}

/**
 * The error, or the one that explains it, if a short timeout of the role or database may have caused it.
 *
 * @param overridden settings that the failed transaction had values of its own for.
 */
export async function explainTimeout(
  db: Kysely<Database>,
  error: unknown,
  overridden: readonly string[] = [],
): Promise<unknown> {
  const setting = settingsByCode.get(codeOf(error));
  if (setting === undefined || overridden.includes(setting) || !(error instanceof Error)) return error;
  const found = await readSetting(db, setting).catch((failure: unknown) =>
    isTimeout(failure) ? null : undefined,
  );
  return found === undefined ? error : new RoleTimeoutError(setting, found, error);
}

/** The setting of the role or database, if it is short. Raw, for the catalogs; the timeouts must not end this query, too. */
async function readSetting(db: Kysely<Database>, setting: string): Promise<FoundSetting | undefined> {
  return db.connection().execute(async (trx) => {
    try {
      await sql.raw(beginWithoutTimeouts).execute(trx);
      const { rows } = await sql<Omit<FoundSetting, 'value' | 'scope'> & { ms: number }>`
        select session_user as role, current_database() as database, reset_val::float8 as ms
        from pg_catalog.pg_settings where name = ${setting}`.execute(trx);
      const [session] = rows;
      if (session === undefined || session.ms <= 0 || session.ms >= enoughMs) return undefined;
      const { rows: stored } = await sql<Pick<FoundSetting, 'value' | 'scope'>>`
        select value, case when setrole = 0 then case when setdatabase = 0 then 'all' else 'database' end
          else case when setdatabase = 0 then 'role' else 'role in database' end end as scope
        from pg_catalog.pg_db_role_setting, unnest(setconfig) config, split_part(config, '=', 2) value
        where split_part(config, '=', 1) = ${setting}
          and setrole in (0, (select oid from pg_catalog.pg_roles where rolname = session_user))
          and setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
        order by setrole <> 0 desc, setdatabase <> 0 desc limit 1`.execute(trx);
      return { ...session, ...(stored[0] ?? { value: `${session.ms}ms`, scope: 'other' }) };
    } finally {
      await sql`rollback`.execute(trx).catch(() => undefined);
    }
  });
}
