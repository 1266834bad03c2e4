import { type Kysely, sql, type Transaction } from 'kysely';
import type { KeyBalance, KeySettlement } from '../../schemas/key-source.ts';
import { inSeconds } from '../database-time.ts';
import type { Database } from '../tables.ts';

/**
 * A settlement waits no longer than this for a lock: it is sent again, and its connection is free in the meantime. One
 * whose client falls silent is rolled back, since its locks would keep the settlements of every replica waiting.
 */
const timeouts = sql`select set_config('lock_timeout', '2s', true), set_config('idle_in_transaction_session_timeout', '5s', true)`;
/**
 * Ids also come from the saved keys, which may contain anything; one that is not a UUID would make the whole statement
 * fail.
 */
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Adds the use of keys at one replica to the total of all replicas, and returns what is left. A settlement is counted
 * once, however often it is sent: its number is stored in the same transaction, and a later one of the same process waits
 * for an earlier one that is still under way.
 */
export async function settleKeyUse(
  db: Kysely<Database>,
  settlement: KeySettlement,
): Promise<readonly KeyBalance[]> {
  // Whatever is the default of the role or database: a stricter level fails where replicas settle the same key at once.
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      await timeouts.execute(trx);
      if (settlement.sequence === 1) await removeEndedProcesses(trx);
      return addUse(trx, settlement);
    });
}

async function removeEndedProcesses(trx: Transaction<Database>): Promise<void> {
  await trx
    .deleteFrom('rowgate.key_settlements')
    .where('settled_at', '<', inSeconds(-35 * 86_400))
    .execute();
}

/**
 * In the order of ids, so that replicas that write at the same time cannot deadlock. Raw `sql`: the rows come from one
 * JSON parameter, and nearly every value is arithmetic, which would be unreadable with the builder.
 *
 * The bucket is first refilled up to the start of the period, where it may be full, then by the period less its requests.
 * A debt of more than a minute is forgiven: after an hour without a database, two replicas would otherwise refuse a key
 * for as long. Stored values may be anything: a bucket whose tokens are not a valid number counts as full, and one that
 * was refilled in the future or at an infinite time is refilled from now on, since an error here would affect every key.
 */
async function addUse(
  trx: Transaction<Database>,
  { processId, sequence, seconds, uses }: KeySettlement,
): Promise<readonly KeyBalance[]> {
  const known = uses.filter(({ keyId }) => uuid.test(keyId));
  const { rows } = await sql<{ balance: KeyBalance }>`
    with settlement as (
      insert into rowgate.key_settlements as last (process_id, sequence) values (${processId}, ${sequence})
      on conflict (process_id) do update set sequence = excluded.sequence, settled_at = now()
        where last.sequence < excluded.sequence
      returning sequence
    ), used as (
      select id, case when exists (select from settlement) then requests else 0 end as requests,
        coalesce(burst, requests_per_second, 0)::float8 as capacity, coalesce(requests_per_second, 0)::float8 as rate
      from json_to_recordset(${JSON.stringify(known)}::json) as use ("keyId" uuid, requests bigint)
      join rowgate.api_keys on id = "keyId"
    )
    insert into rowgate.api_key_usage as usage (key_id, tokens, refilled_at, month, used)
    select id, greatest(capacity + least(0, rate * ${seconds}::float8 - requests), 0 - 60 * rate), now(),
      date_trunc('month', now() at time zone 'UTC')::date, requests
    from used order by id
    on conflict (key_id) do update set
      tokens = (
        select greatest(0 - 60 * rate, least(capacity, rate * least(elapsed, period) - excluded.used
          + least(capacity, stored + rate * greatest(elapsed - period, 0))))
        from (select coalesce(requests_per_second, 0)::float8 as rate, coalesce(burst, requests_per_second, 0)::float8 as capacity,
            ${seconds}::float8 as period
          from rowgate.api_keys where id = excluded.key_id) as key,
        lateral (select
            case when usage.tokens between -1e15 and 1e15 then greatest(usage.tokens, 0 - 60 * rate) else capacity end as stored,
            case when isfinite(usage.refilled_at) then greatest(extract(epoch from now() - usage.refilled_at)::float8, 0)
              else 0 end as elapsed) as bucket
      ),
      refilled_at = now(),
      month = excluded.month,
      used = least(excluded.used::numeric + case when usage.month = excluded.month then greatest(usage.used, 0) else 0 end,
        9223372036854775807)::bigint
    returning json_build_object('keyId', key_id, 'tokens', tokens::numeric, 'used', used,
      'monthStartsAtMs', extract(epoch from month) * 1000) as balance`.execute(trx);
  return rows.map(({ balance }) => balance);
}
