import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../bench/workbench.ts';
import { oneOf, type Random, wholeBetween } from './random.ts';
import { lastingKinds, rowsOfKind, slugOf, soakRow } from './rows.ts';

const table = 'reference.enrichment_workflow_registry';
const everyMs = 100;

/** Changes to the registry while it is called. `stop` ends them and deletes the passing rows. */
export type RowChanges = Readonly<{ count: () => number; stop: () => Promise<void> }>;

/** Inserts and deletes passing rows and updates the others, about ten times a second. */
export function startRowChanges(databaseUrl: string, random: Random): RowChanges {
  const stopping = new AbortController();
  const present = new Set<number>();
  let count = 0;
  const change = async (): Promise<void> => {
    await using connection = await connect(databaseUrl);
    const remove = async (n: number): Promise<void> => {
      await connection.client.query(`delete from ${table} where workflow_slug = $1`, [slugOf('passing', n)]);
      present.delete(n);
    };
    while (!stopping.signal.aborted) {
      count += 1;
      const n = wholeBetween(random, 0, rowsOfKind.passing - 1);
      if (random() < 0.5) {
        const kind = oneOf(random, lastingKinds);
        const slug = slugOf(kind, wholeBetween(random, 0, rowsOfKind[kind] - 1));
        const statement = `update ${table} set description = $2 where workflow_slug = $1`;
        await connection.client.query(statement, [slug, `Change ${count} of the soak.`]);
      } else if (present.has(n)) {
        await remove(n);
      } else {
        await connection.client.query(...insertion(soakRow('passing', n)));
        present.add(n);
      }
      await delay(everyMs);
    }
    for (const n of present) await remove(n);
  };
  const changing = change();
  return {
    count: () => count,
    stop: () => {
      stopping.abort();
      return changing;
    },
  };
}

function insertion(row: Readonly<Record<string, unknown>>): [statement: string, values: string[]] {
  const columns = Object.keys(row).join(', ');
  const statement = `insert into ${table} (${columns})
    select ${columns} from json_populate_record(null::${table}, $1::json)`;
  return [statement, [JSON.stringify(row)]];
}
