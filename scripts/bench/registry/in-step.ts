import { setTimeout as delay } from 'node:timers/promises';
import { query } from '../workbench.ts';

const withinMs = 60_000;
const askEveryMs = 50;

/**
 * Waits until every live replica serves the registry's version, listens where it should, and its verdicts of all rows
 * are stored: nothing of a change or a start is left to do but the snapshot file.
 */
export async function untilInStep(databaseUrl: string, listeners: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const [found] = await query(databaseUrl, text);
    const { behind, unvalidated } = found ?? {};
    if (behind === '0' && unvalidated === '0' && found?.['listeners'] === String(listeners)) return;
    if (performance.now() > giveUpAt) throw new Error(`Not in step: ${JSON.stringify(found)}`);
    await delay(askEveryMs);
  }
}

const text = `
  select
    (select count(*)::text from rowgate.replicas, rowgate.registry_version v
      where expires_at > now() and replicas.version is distinct from v.version::text) as behind,
    (select count(*)::text from reference.enrichment_workflow_registry r
      left join rowgate.workflow_verdicts v using (workflow_slug)
      where v.row_hash is distinct from md5(r::text)) as unvalidated,
    (select count(*)::text from pg_stat_activity
      where datname = current_database() and application_name = 'rowgate listener') as listeners`;
