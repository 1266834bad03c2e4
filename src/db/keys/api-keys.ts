import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../tables.ts';

/** The rows of all keys at one version, each to be validated on its own (schemas/parse-key.ts). */
export type ApiKeyListing = Readonly<{ version: string; rows: readonly unknown[] }>;

const Rows = z.array(z.unknown());

/**
 * What of a key decides whom it lets in. Times as seconds since 1970, which have one form for every timestamp that Postgres
 * knows; its texts for `-infinity` and years BC are NaN to JavaScript, and NaN is never later than now.
 */
export const keyColumns = sql`id, name, key_hash, previous_key_hash,
  extract(epoch from previous_expires_at)::float8 as previous_expires_at_seconds,
  scopes, requests_per_second, burst, monthly_quota,
  extract(epoch from expires_at)::float8 as expires_at_seconds,
  revoked_at is not null as is_revoked`;

/** The version that the keys have now. */
export async function readKeysVersion(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select version::text from rowgate.api_keys_version`.execute(db);
  return rows[0]?.version ?? versionMissing();
}

/** Version and keys, in one statement so that they belong together. Revoked and expired ones too: they are told apart. */
export async function readKeys(db: Kysely<Database>): Promise<ApiKeyListing> {
  const { rows } = await sql<{ version: string; keys: unknown }>`
    select version::text, (
      select coalesce(json_agg(listed), '[]') from (select ${keyColumns} from rowgate.api_keys) listed
    ) as keys from rowgate.api_keys_version`.execute(db);
  const [row] = rows;
  return row === undefined ? versionMissing() : { version: row.version, rows: Rows.parse(row.keys) };
}

function versionMissing(): never {
  throw new Error(
    'rowgate.api_keys_version has lost its row. Write it again: insert into rowgate.api_keys_version (version) values (1000000).',
  );
}

/** A key to be made. Times are left to the database. */
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
  const { rows } = await sql<{ id: string }>`
    insert into rowgate.api_keys (name, key_hash, scopes, requests_per_second, burst, monthly_quota, expires_at)
    values (${key.name}, ${key.keyHash}, ${[...key.scopes]}, ${key.requestsPerSecond}, ${key.burst},
      ${key.monthlyQuota}, now() + make_interval(secs => ${key.expiresInSeconds}))
    returning id`.execute(db);
  return rows[0]?.id ?? '';
}

/** Gives a key another secret; the one that it has now holds for so long, the one before no longer. */
export async function rotateKey(
  db: Kysely<Database>,
  id: string,
  keyHash: string,
  graceSeconds: number,
): Promise<boolean> {
  const { rows } = await sql`
    update rowgate.api_keys
    set previous_key_hash = key_hash, previous_expires_at = now() + make_interval(secs => ${graceSeconds}),
      key_hash = ${keyHash}
    where id::text = ${id} and revoked_at is null returning id`.execute(db);
  return rows.length > 0;
}

/** Revokes a key for good, the one before its last rotation with it. */
export async function revokeKey(db: Kysely<Database>, id: string): Promise<boolean> {
  const { rows } = await sql`
    update rowgate.api_keys set revoked_at = coalesce(revoked_at, now()) where id::text = ${id} returning id`.execute(
    db,
  );
  return rows.length > 0;
}
