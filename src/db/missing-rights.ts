import { type Kysely, sql } from 'kysely';
import { TableFaultError } from '../live/table-fault.ts';
import { DatabaseEncodingError } from './database-errors.ts';
import { grantStatements, type Right } from './rights.ts';
import type { Database } from './tables.ts';

type Session = Readonly<{ role: string; database: string; encoding: string }>;

/** The session, and which of these rights its role lacks. Objects that do not exist are ignored. */
async function readMissing(
  db: Kysely<Database>,
  rights: readonly Right[],
): Promise<Readonly<{ session: Session; missing: readonly Right[] }>> {
  const wanted = rights.flatMap(({ kind, name, privileges }, place) => {
    const [schema = '', table = null] = kind === 'table' ? name.split('.') : [name];
    return privileges.map((privilege) => ({ place, schema, table, privilege }));
  });
  // Raw, for the catalogs and their functions. Rights on whole tables, since rights on every column are not enough for
  // LOCK TABLE.
  const { rows } = await sql<
    Session & { missing: readonly Readonly<{ place: number; privilege: string }>[] }
  >`
    select current_user as role, current_database() as database, current_setting('server_encoding') as encoding, (
      select coalesce(json_agg(json_build_object('place', place, 'privilege', privilege) order by place), '[]')
      from json_to_recordset(${JSON.stringify(wanted)}::json)
        as wanted (place integer, schema text, "table" text, privilege text)
      join pg_catalog.pg_namespace on nspname = wanted.schema
      left join pg_catalog.pg_class on relnamespace = pg_namespace.oid and relname = wanted.table
      where case
        when wanted.table is null then not has_schema_privilege(pg_namespace.oid, privilege)
        else pg_class.oid is not null and not has_table_privilege(pg_class.oid, privilege)
      end
    ) as missing`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new Error('The database returned no row for its session. This is a bug.');
  const missing = rights.flatMap((right, place) => {
    const lacks = found.missing.filter((entry) => entry.place === place).map(({ privilege }) => privilege);
    return lacks.length === 0 ? [] : [{ ...right, privileges: lacks }];
  });
  return { session: found, missing };
}

/**
 * @throws TableFaultError with the GRANT statements that are missing; DatabaseEncodingError if `mustBeUtf8` and the
 *   database is not; the database's error if it cannot be queried.
 */
export async function assertRights(
  db: Kysely<Database>,
  rights: readonly Right[],
  mustBeUtf8: boolean,
): Promise<void> {
  const { session, missing } = await readMissing(db, rights);
  if (mustBeUtf8) assertUtf8(session.database, session.encoding);
  if (missing.length > 0) throw missingRights(session, missing);
}

/** The error for a refused query, with the missing rights if they can be determined. */
export async function rightsError(
  db: Kysely<Database>,
  rights: readonly Right[],
  refused: unknown,
): Promise<unknown> {
  try {
    const { session, missing } = await readMissing(db, rights);
    return missing.length > 0 ? missingRights(session, missing, refused) : refused;
  } catch {
    return refused;
  }
}

/** @throws DatabaseEncodingError unless it is UTF8, as Postgres names it. */
export function assertUtf8(database: string, encoding: string): void {
  if (encoding !== 'UTF8') throw new DatabaseEncodingError(database, encoding);
}

function missingRights(
  { role, database }: Session,
  missing: readonly Right[],
  cause?: unknown,
): TableFaultError {
  const statements = grantStatements(missing, role).join('\n');
  return new TableFaultError(
    'rights_missing',
    `The role ${role} lacks rights in the database ${database}. As the owner of the tables, run:\n${statements}\n"npm run grants" prints what each role needs.`,
    { cause },
  );
}
