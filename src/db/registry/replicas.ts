import { type Kysely, sql } from 'kysely';
import { inSeconds, now } from '../database-time.ts';
import type { Database } from '../tables.ts';

/** One process that serves the registry. */
export type Replica = Readonly<{ replicaId: string; host: string; pid: number }>;

/** What a live replica last reported. `version` is the newest registry version that it is known to serve. */
export type ReplicaReport = Replica & Readonly<{ version: string | null }>;

/** Reports which version a replica serves, and renews its lease. Times are the database's own. */
export async function reportReplica(
  db: Kysely<Database>,
  { replicaId, host, pid, version }: ReplicaReport,
  leaseSeconds: number,
): Promise<void> {
  await db
    .insertInto('rowgate.replicas')
    .values({ replica_id: replicaId, host, pid, version, expires_at: inSeconds(leaseSeconds) })
    .onConflict((conflict) =>
      conflict.column('replica_id').doUpdateSet((eb) => ({
        version: eb.ref('excluded.version'),
        seen_at: now,
        expires_at: eb.ref('excluded.expires_at'),
      })),
    )
    .execute();
}

/** Removes a replica when it stops, and those whose lease expired more than a day ago. */
export async function removeReplica(db: Kysely<Database>, replicaId: string): Promise<void> {
  await db
    .deleteFrom('rowgate.replicas')
    .where((eb) =>
      eb.or([eb('replica_id', '=', replicaId), eb('expires_at', '<', sql<Date>`now() - interval '1 day'`)]),
    )
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
