import { type Kysely, sql } from 'kysely';
import type { ParsedKey } from '../../schemas/api-key.ts';
import { isJsonObject, type JsonValue } from '../../json-schema/json.ts';
import { parseKey } from '../../schemas/parse-key.ts';
import { withoutSecrets } from '../../json-schema/quoted.ts';
import { keyColumns } from './api-keys.ts';
import type { Database } from '../tables.ts';

/** A key as people look at it; never its hash. */
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

type Row = Readonly<{
  key: unknown;
  has_expired: boolean | null;
  is_rotating: boolean | null;
  created: string | null;
  expires: string | null;
  used: string;
}>;

/** All keys, the newest first. Whether a key is valid is decided as replicas do, row by row. */
export async function listKeys(db: Kysely<Database>): Promise<readonly ListedKey[]> {
  const { rows } = await sql<Row>`
    select row_to_json(listed) as key,
      api_keys.expires_at <= now() as has_expired,
      api_keys.previous_expires_at > now() as is_rotating,
      to_char(api_keys.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as created,
      case
        when api_keys.expires_at = '-infinity' then '-infinity'
        else replace(to_char(api_keys.expires_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI BC'), ' AD', '')
      end as expires,
      coalesce(used, 0)::text as used
    from rowgate.api_keys
    cross join lateral (select ${keyColumns}) listed
    left join rowgate.api_key_usage on key_id = api_keys.id and month = date_trunc('month', now() at time zone 'UTC')::date
    order by api_keys.created_at desc, api_keys.id`.execute(db);
  return rows.map(listedKey);
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
    used_this_month: row.used,
  };
}

/** As the table has them; of an invalid key they may be anything, which is shown as JSON. */
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
