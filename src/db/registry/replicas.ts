import { type Kysely, sql } from 'kysely';
import type { Database } from '../tables.ts';

/** One process that serves the registry. */
export type Replica = Readonly<{ replicaId: string; host: string; pid: number }>;

/** What a live replica said last. `version` is the newest registry version that it is known to serve. */
export type ReplicaReport = Replica & Readonly<{ version: string | null }>;

/** Says which version a replica serves and that it lives for another lease. Times are the database's own. */
export async function reportReplica(
  db: Kysely<Database>,
  { replicaId, host, pid, version }: ReplicaReport,
  leaseSeconds: number,
): Promise<void> {
  await sql`
    insert into rowgate.replicas (replica_id, host, pid, version, expires_at)
    values (${replicaId}, ${host}, ${pid}, ${version}, now() + make_interval(secs => ${leaseSeconds}))
    on conflict (replica_id) do update
      set version = excluded.version, seen_at = now(), expires_at = excluded.expires_at`.execute(db);
}

/** Takes a replica off the list when it stops, and those whose lease ran out a day ago. */
export async function removeReplica(db: Kysely<Database>, replicaId: string): Promise<void> {
  await sql`
    delete from rowgate.replicas
    where replica_id = ${replicaId} or expires_at < now() - interval '1 day'`.execute(db);
}

/** The replicas whose lease holds. */
export async function liveReplicas(db: Kysely<Database>): Promise<readonly ReplicaReport[]> {
  const { rows } = await sql<ReplicaReport>`
    select replica_id as "replicaId", host, pid, version from rowgate.replicas
    where expires_at > now() order by replica_id`.execute(db);
  return rows;
}
