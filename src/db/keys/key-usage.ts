import { type Kysely, sql } from 'kysely';
import type { Database } from '../tables.ts';

/** Requests that one key made at this replica since the last time. */
export type KeyUse = Readonly<{ keyId: string; requests: number }>;

/** What is left to a key over all replicas. */
export type KeyBalance = Readonly<{ key_id: string; tokens: number; used: number }>;

/**
 * Adds what keys have used to what all replicas know, and returns what is left, in one statement: the bucket, refilled by
 * the time since it was last written and less these requests, and the month's count (UTC). In the order of ids, so
 * that replicas that write at once do not wait for each other in a circle. Raw `sql`: the rows come from one JSON
 * parameter, and nearly every value is arithmetic, of which the builder would leave nothing readable.
 */
export async function settleKeyUse(
  db: Kysely<Database>,
  uses: readonly KeyUse[],
): Promise<readonly KeyBalance[]> {
  const { rows } = await sql<KeyBalance>`
    insert into rowgate.api_key_usage as usage (key_id, tokens, month, used)
    select id, coalesce(burst, requests_per_second, 0) - requests, date_trunc('month', now() at time zone 'UTC')::date, requests
    from json_to_recordset(${JSON.stringify(uses)}::json) as used ("keyId" uuid, requests integer)
    join rowgate.api_keys on id = "keyId"
    order by id
    on conflict (key_id) do update set
      tokens = (
        select least(coalesce(burst, requests_per_second, 0),
          usage.tokens + coalesce(requests_per_second, 0) * extract(epoch from now() - usage.refilled_at)) - excluded.used
        from rowgate.api_keys where id = excluded.key_id
      ),
      refilled_at = now(),
      month = excluded.month,
      used = excluded.used + case when usage.month = excluded.month then usage.used else 0 end
    returning key_id, tokens::float8, used::float8`.execute(db);
  return rows;
}
