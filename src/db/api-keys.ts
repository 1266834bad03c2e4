import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { ApiKeyRecord } from '../schemas/api-key.ts';
import type { Database } from './tables.ts';

/** All keys at one version. */
export type ApiKeyListing = Readonly<{ version: string; keys: readonly ApiKeyRecord[] }>;

const Records = z.array(ApiKeyRecord);

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
      select coalesce(json_agg(listed), '[]') from (
        select id, name, key_hash, previous_key_hash, previous_expires_at, scopes, requests_per_second, burst,
          monthly_quota, expires_at, revoked_at
        from rowgate.api_keys
      ) listed
    ) as keys from rowgate.api_keys_version`.execute(db);
  const [row] = rows;
  return row === undefined ? versionMissing() : { version: row.version, keys: Records.parse(row.keys) };
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

/** A key as people look at it; never its hash. */
export type ListedKey = Readonly<{
  id: string;
  name: string;
  scopes: readonly string[];
  state: string;
  created: string;
  expires: string | null;
  used_this_month: string;
}>;

/** All keys, the newest first. */
export async function listKeys(db: Kysely<Database>): Promise<readonly ListedKey[]> {
  const { rows } = await sql<ListedKey>`
    select api_keys.id, name, scopes,
      case
        when revoked_at is not null then 'revoked'
        when expires_at <= now() then 'expired'
        when previous_expires_at > now() then 'rotating'
        else 'active'
      end as state,
      to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as created,
      to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as expires,
      coalesce(used, 0)::text as used_this_month
    from rowgate.api_keys
    left join rowgate.api_key_usage on key_id = api_keys.id and month = date_trunc('month', now() at time zone 'UTC')::date
    order by created_at desc, api_keys.id`.execute(db);
  return rows;
}
