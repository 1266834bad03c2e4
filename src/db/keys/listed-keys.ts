import { type Kysely, sql } from 'kysely';
import type { ParsedKey } from '../../schemas/api-key.ts';
import { isJsonObject, type JsonValue } from '../../json-schema/json.ts';
import { parseKey } from '../../schemas/parse-key.ts';
import { withoutSecrets } from '../../json-schema/quoted.ts';
import { keyJson } from './api-keys.ts';
import { now } from '../database-time.ts';
import type { Database } from '../tables.ts';

/** A key as shown to people, without its hash. */
export type ListedKey = Readonly<{
  id: string | null;
  name: string | null;
  scopes: readonly string[];
  state: 'revoked' | 'invalid' | 'expired' | 'rotating' | 'active';
  /** Which columns cannot be read, what that means for the key, and how to fix it. */
  problem: string | null;
  created: string | null;
  /** Null: never. */
  expires: string | null;
  used_this_month: string;
}>;

type Row = Awaited<ReturnType<typeof readRows>>[number];

/** All keys, the newest first. The state of a key is decided as replicas do it, row by row. */
export async function listKeys(db: Kysely<Database>): Promise<readonly ListedKey[]> {
  return (await readRows(db)).map(listedKey);
}

/** Raw `sql` for `to_char`, `at time zone` and the month, which the builder does not have. */
async function readRows(db: Kysely<Database>) {
  return db
    .selectFrom('rowgate.api_keys')
    .leftJoin('rowgate.api_key_usage', (join) =>
      join
        .onRef('rowgate.api_key_usage.key_id', '=', 'rowgate.api_keys.id')
        .on(
          'rowgate.api_key_usage.month',
          '=',
          sql<Date>`date_trunc('month', now() at time zone 'UTC')::date`,
        ),
    )
    .select((eb) => [
      keyJson(eb).as('key'),
      eb('rowgate.api_keys.expires_at', '<=', now).as('has_expired'),
      eb('rowgate.api_keys.previous_expires_at', '>', now).as('is_rotating'),
      sql<string | null>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')`.as('created'),
      sql<string | null>`case
        when expires_at = '-infinity' then '-infinity'
        else replace(to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI BC'), ' AD', '')
      end`.as('expires'),
      'rowgate.api_key_usage.used',
    ])
    .orderBy('rowgate.api_keys.created_at', 'desc')
    .orderBy('rowgate.api_keys.id')
    .execute();
}

function listedKey(row: Row): ListedKey {
  const parsed = parseKey(row.key);
  const { id, name, faults } = parsed;
  return {
    id,
    name: name === null ? null : withoutSecrets(name),
    scopes: scopeTexts(isJsonObject(row.key) ? row.key['scopes'] : null),
    state: stateOf(parsed, row),
    problem: faults.map(({ cause, effect, fix }) => `${cause} ${effect} ${fix}`).join(' ') || null,
    created: row.created,
    expires: row.expires,
    used_this_month: row.used ?? '0',
  };
}

/** The scopes as in the table; those of an invalid key may be anything, which is shown as JSON. */
function scopeTexts(scopes: JsonValue | undefined): readonly string[] {
  const items: readonly JsonValue[] = Array.isArray(scopes) ? scopes : [scopes ?? null];
  return items.map((item) => withoutSecrets(typeof item === 'string' ? item : JSON.stringify(item)));
}

function stateOf(key: ParsedKey, row: Row): ListedKey['state'] {
  if (key.status !== 'usable') return key.status;
  const { previous, expires_at_seconds: expiresAt } = key.record;
  if (row.has_expired === true || expiresAt === Number.NEGATIVE_INFINITY) return 'expired';
  return row.is_rotating === true && previous !== null ? 'rotating' : 'active';
}
