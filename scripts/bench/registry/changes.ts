import { setTimeout as delay } from 'node:timers/promises';
import { plainRow } from '../rows.ts';
import { connect } from '../workbench.ts';

export type Change = Readonly<{
  kind: 'insert' | 'update' | 'delete';
  n: number;
  statement: string;
  values: string[];
}>;

export type ChangePlan = Readonly<{
  /** Rows 0 to `kept` - 1 are updated, and never deleted. */
  kept: number;
  /** Rows up to here are in the table at first; those from `kept` on are deleted, the oldest first. */
  present: number;
}>;

const table = 'reference.enrichment_workflow_registry';

/** The nth change of a mix: four updates, three inserts and three deletes in ten. */
export function changeOf(nth: number, { kept, present }: ChangePlan): Change {
  const among = Math.floor(nth / 10) * 3 + Math.floor((nth % 10) / 3);
  const slug = (n: number): string => `bench-workflow-${n}`;
  switch ((nth % 10) % 3) {
    case 1: {
      const row = plainRow(present + among);
      const columns = Object.keys(row).join(', ');
      const statement = `insert into ${table} (${columns})
        select ${columns} from json_populate_record(null::${table}, $1::json)`;
      return { kind: 'insert', n: present + among, statement, values: [JSON.stringify(row)] };
    }
    case 2: {
      const statement = `delete from ${table} where workflow_slug = $1`;
      return { kind: 'delete', n: kept + among, statement, values: [slug(kept + among)] };
    }
    default: {
      const n = (nth * 31) % kept;
      const statement = `update ${table} set description = $2, timeout_seconds = 10 + $3::int where workflow_slug = $1`;
      return {
        kind: 'update',
        n,
        statement,
        values: [slug(n), `Changed for the ${nth}th time.`, String(nth % 50)],
      };
    }
  }
}

/** Makes changes at a fixed rate, one transaction each, and reports each once its COMMIT has returned. */
export async function makeChanges(
  url: string,
  plan: ChangePlan & Readonly<{ perSecond: number; seconds: number }>,
  onCommitted: (change: Change) => void,
): Promise<void> {
  await using connection = await connect(url);
  const startedAt = performance.now();
  for (let nth = 0; nth < plan.perSecond * plan.seconds; nth += 1) {
    const waitMs = startedAt + (nth * 1000) / plan.perSecond - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const change = changeOf(nth, plan);
    const { rowCount } = await connection.client.query(change.statement, change.values);
    if (rowCount !== 1) throw new Error(`The ${change.kind} of row ${change.n} changed ${rowCount} rows.`);
    onCommitted(change);
  }
}
