import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { TableFaultError } from '../../live/table-fault.ts';
import { inSeconds, now } from '../database-time.ts';
import type { AtDatabaseTime, KeyListing } from '../../schemas/key-source.ts';
import { policiesPermitAll } from '../row-security.ts';
import type { Database } from '../tables.ts';

type KeyExpressions = ExpressionBuilder<Database, 'rowgate.api_keys'>;

/**
 * A key as JSON, with everything that authentication needs. Times are seconds since 1970, a format that covers every
 * timestamp of Postgres; its texts for `-infinity` and years BC are NaN to JavaScript, and NaN is never later than now. They are
 * numeric, since the digits of a float8 depend on a setting of the role or database (`extra_float_digits`).
 */
export function keyJson(eb: KeyExpressions) {
  return jsonBuildObject({
    id: eb.ref('rowgate.api_keys.id'),
    name: eb.ref('rowgate.api_keys.name'),
    key_hash: eb.ref('rowgate.api_keys.key_hash'),
    previous_key_hash: eb.ref('rowgate.api_keys.previous_key_hash'),
    previous_expires_at_seconds: seconds('previous_expires_at'),
    scopes: eb.ref('rowgate.api_keys.scopes'),
    requests_per_second: eb.ref('rowgate.api_keys.requests_per_second'),
    burst: eb.ref('rowgate.api_keys.burst'),
    monthly_quota: eb.ref('rowgate.api_keys.monthly_quota'),
    expires_at_seconds: seconds('expires_at'),
    is_revoked: eb('rowgate.api_keys.revoked_at', 'is not', null),
  });
}

/** The builder has no `extract`. */
function seconds(column: 'expires_at' | 'previous_expires_at') {
  return sql`extract(epoch from ${sql.ref(`rowgate.api_keys.${column}`)})`;
}

/** The current time, not that of the transaction, in milliseconds since 1970. As JSON, so that the numeric arrives as a number. */
const databaseMs = sql<number>`to_json(extract(epoch from clock_timestamp()) * 1000)`.as('databaseMs');

/** The current version of the keys. */
export async function readKeysVersion(db: Kysely<Database>): Promise<AtDatabaseTime<string>> {
  const row = await db
    .selectFrom('rowgate.api_keys_version')
    .select(['version', databaseMs])
    .executeTakeFirst();
  return row === undefined ? versionMissing() : { content: row.version, databaseMs: row.databaseMs };
}

/** Version and keys, in one statement so that they belong together. Includes keys that are revoked or expired. */
export async function readKeys(db: Kysely<Database>): Promise<AtDatabaseTime<KeyListing>> {
  const row = await db
    .selectFrom('rowgate.api_keys_version')
    .select((eb) => [
      'version',
      databaseMs,
      eb
        .selectFrom('rowgate.api_keys')
        .select((key) => key.fn.jsonAgg(keyJson(key)).as('keys'))
        .as('keys'),
      rowsAreHidden.as('is_hidden'),
    ])
    .executeTakeFirst();
  if (row === undefined) return versionMissing();
  if (row.is_hidden) throw keysHidden();
  return { content: { version: row.version, rows: row.keys ?? [] }, databaseMs: row.databaseMs };
}

/**
 * Whether row-level security may hide keys from this role: it applies, and no policy permits every row. Raw, for the
 * catalogs; in the statement that reads the keys, so that it applies to what was read. A role without rights gets the
 * error of the SELECT instead.
 */
const rowsAreHidden = sql<boolean>`(
  select coalesce(bool_or(row_security_active(tables.oid) and not ${policiesPermitAll(sql`tables.oid`)}), false)
  from pg_catalog.pg_class tables join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
  where nspname = 'rowgate' and relname in ('api_keys', 'api_keys_version')
)`;

function keysHidden(): TableFaultError {
  return new TableFaultError(
    'rows_hidden',
    'Row-level security hides rows of rowgate.api_keys from this role, so the keys cannot be read. Disable it (only the owner and granted roles can read the table anyway): alter table rowgate.api_keys disable row level security; or give the role a policy for all rows: create policy rowgate_reads on rowgate.api_keys for select to ROLE using (true).',
  );
}

function versionMissing(): never {
  throw new Error(
    'rowgate.api_keys_version has lost its row. Insert it again, with a version higher than any before: insert into rowgate.api_keys_version (version) values (1000000).',
  );
}

/** A key to be created. Times are the database's. */
export type NewApiKey = Readonly<{
  name: string;
  keyHash: string;
  scopes: readonly string[];
  requestsPerSecond: number | null;
  burst: number | null;
  monthlyQuota: number | null;
  expiresInSeconds: number | null;
}>;

/** @returns the new key's id. */
export async function insertKey(db: Kysely<Database>, key: NewApiKey): Promise<string> {
  const { id } = await db
    .insertInto('rowgate.api_keys')
    .values({
      name: key.name,
      key_hash: key.keyHash,
      scopes: key.scopes,
      requests_per_second: key.requestsPerSecond,
      burst: key.burst,
      monthly_quota: key.monthlyQuota,
      expires_at: inSeconds(key.expiresInSeconds),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Gives a key a new secret. The current one stays valid for the grace period; earlier ones are no longer valid. */
export async function rotateKey(
  db: Kysely<Database>,
  id: string,
  keyHash: string,
  graceSeconds: number,
): Promise<boolean> {
  const rows = await db
    .updateTable('rowgate.api_keys')
    .set((eb) => ({
      previous_key_hash: eb.ref('key_hash'),
      previous_expires_at: inSeconds(graceSeconds),
      key_hash: keyHash,
    }))
    .where(idText, '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Revokes a key for good, together with the secret before its last rotation. */
export async function revokeKey(db: Kysely<Database>, id: string): Promise<boolean> {
  const rows = await db
    .updateTable('rowgate.api_keys')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', now) }))
    .where(idText, '=', id)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Compared as text, since a person may type anything, and a cast to uuid would fail. */
const idText = sql<string>`id::text`;
