import { type Kysely, sql } from 'kysely';
import type { Database } from '../tables.ts';
import type { StoredVerdict } from '../../schemas/stored-verdict.ts';

const verdictsPerStatement = 1_000;

/**
 * Stores verdicts, the newest of each row; those that are stored already cost no write. In the order of slugs, so that
 * replicas that store verdicts at the same time cannot deadlock. Raw `sql`: 1,000 rows come as one JSON parameter
 * (`json_to_recordset`) instead of 6,000, and the builder cannot compare row values.
 */
export async function storeVerdicts(
  db: Kysely<Database>,
  replicaId: string,
  verdicts: readonly StoredVerdict[],
): Promise<void> {
  const sorted = verdicts.toSorted((a, b) => (a.workflow_slug < b.workflow_slug ? -1 : 1));
  for (let start = 0; start < sorted.length; start += verdictsPerStatement) {
    const batch = JSON.stringify(sorted.slice(start, start + verdictsPerStatement));
    await sql`
      insert into rowgate.workflow_verdicts as stored (workflow_slug, row_hash, status, reasons, warnings, replica_id)
      select distinct on (workflow_slug) workflow_slug, row_hash, status, reasons, warnings, ${replicaId}
      from json_to_recordset(${batch}::json)
        as v (workflow_slug text, row_hash text, status text, reasons json, warnings json)
      order by workflow_slug
      on conflict (workflow_slug) do update
        set row_hash = excluded.row_hash, status = excluded.status, reasons = excluded.reasons,
            warnings = excluded.warnings, replica_id = excluded.replica_id, judged_at = now()
        where (stored.row_hash, stored.status, stored.reasons::text, stored.warnings::text)
          is distinct from (excluded.row_hash, excluded.status, excluded.reasons::text, excluded.warnings::text)`.execute(
      db,
    );
  }
}
