import type { Kysely } from 'kysely';
import { isColumnMissing } from '../database-errors.ts';
import { inSeconds, now } from '../database-time.ts';
import type { Database } from '../tables.ts';

/** One process that serves the registry. */
export type Replica = Readonly<{ replicaId: string; host: string; pid: number }>;

/** What a live replica last reported. `version` is the newest registry version that it is known to serve. */
export type ReplicaReport = Replica & Readonly<{ version: string | null }>;

/** Databases whose table has no `allowed_hosts` yet, and when to try again: not every 5 s, since the server logs each failure. */
const retryHostsAt = new WeakMap<Kysely<Database>, number>();
const retryHostsMs = 300_000;

/**
 * Reports which version a replica serves, and renews its lease. Times are the database's own.
 *
 * @param allowedHosts the hosts that rows may use; the table's trigger warns about any other.
 */
export async function reportReplica(
  db: Kysely<Database>,
  report: ReplicaReport,
  leaseSeconds: number,
  allowedHosts: readonly string[],
): Promise<void> {
  if (performance.now() >= (retryHostsAt.get(db) ?? 0)) {
    try {
      await writeReport(db, report, leaseSeconds, allowedHosts);
      return;
    } catch (error) {
      if (!isColumnMissing(error)) throw error;
      retryHostsAt.set(db, performance.now() + retryHostsMs);
    }
  }
  await writeReport(db, report, leaseSeconds);
}

async function writeReport(
  db: Kysely<Database>,
  { replicaId, host, pid, version }: ReplicaReport,
  leaseSeconds: number,
  allowedHosts?: readonly string[],
): Promise<void> {
  const hosts = allowedHosts === undefined ? {} : { allowed_hosts: allowedHosts };
  await db
    .insertInto('rowgate.replicas')
    .values({ replica_id: replicaId, host, pid, version, expires_at: inSeconds(leaseSeconds), ...hosts })
    .onConflict((conflict) =>
      conflict.column('replica_id').doUpdateSet((eb) => ({
        version: eb.ref('excluded.version'),
        seen_at: now,
        expires_at: eb.ref('excluded.expires_at'),
        ...hosts,
      })),
    )
    .execute();
}

/** Removes a replica when it stops, and those whose lease expired more than a day ago. */
export async function removeReplica(db: Kysely<Database>, replicaId: string): Promise<void> {
  await db
    .deleteFrom('rowgate.replicas')
    .where((eb) => eb.or([eb('replica_id', '=', replicaId), eb('expires_at', '<', inSeconds(-86_400))]))
    .execute();
}

/** The replicas whose lease has not expired. */
export async function liveReplicas(db: Kysely<Database>): Promise<readonly ReplicaReport[]> {
  return db
    .selectFrom('rowgate.replicas')
    .select(['replica_id as replicaId', 'host', 'pid', 'version'])
    .where('expires_at', '>', now)
    .orderBy('replica_id')
    .execute();
}
