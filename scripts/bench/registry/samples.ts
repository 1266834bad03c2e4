import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'undici';
import { statusOf } from '../replica.ts';
import { pathOf, plainRow } from '../rows.ts';

/** One change that makes a path be served which was not. */
export type Sample = Readonly<{ path: string; statement: string; values: string[] }>;

const table = 'reference.enrichment_workflow_registry';
const servedWithinMs = 30_000;

/** Every second sample moves row `nth`, which is there; the others insert row `nth` + `above`, which is not. */
export function sampleOf(nth: number, above: number): Sample {
  if (nth % 2 === 1) {
    const path = `/run/companies/moved/workflow-${nth}/lookup`;
    const statement = `update ${table} set api_endpoint_url = $1 where workflow_slug = $2`;
    return { path, statement, values: [path, `bench-workflow-${nth}`] };
  }
  const row = plainRow(nth + above);
  const columns = Object.keys(row).join(', ');
  const statement = `insert into ${table} (${columns})
    select ${columns} from json_populate_record(null::${table}, $1::json)`;
  return { path: pathOf(nth + above), statement, values: [JSON.stringify(row)] };
}

/** Requests a path until it returns 200. Without a pause, each request follows the previous response. */
export async function untilServed(client: Client, path: string, pauseMs: number): Promise<void> {
  const giveUpAt = performance.now() + servedWithinMs;
  for (;;) {
    const status = await statusOf(client, 'POST', path);
    if (status === 200) return;
    if (performance.now() > giveUpAt) throw new Error(`${path} is not served (${status}).`);
    if (pauseMs > 0) await delay(pauseMs);
  }
}
