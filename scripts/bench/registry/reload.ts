import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import { untilInStep } from './in-step.ts';
import type { Part } from '../part.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { insertRows, plainRows } from '../rows.ts';
import { startOptions } from '../start-options.ts';
import { distributionOf } from '../statistics.ts';
import { query } from '../workbench.ts';

/** What happens to the registry while the event loop is watched. */
const scenarios: readonly Readonly<{ title: string; statement: string }>[] = [
  { title: 'nothing changes', statement: 'select' },
  {
    title: 'one row changed',
    statement: `update reference.enrichment_workflow_registry set description = clock_timestamp()::text
      where workflow_slug = 'bench-workflow-77'`,
  },
  {
    title: 'all rows changed at once',
    statement: 'update reference.enrichment_workflow_registry set description = clock_timestamp()::text',
  },
  {
    // The listener reconnects, and compares everything since it may have missed something.
    title: 'full compare, nothing changed',
    statement: `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'rowgate listener'`,
  },
];
const sizes = [
  { rows: 10_000, rounds: 10, limitMs: 50 },
  { rows: 50_000, rounds: 3, limitMs: null },
] as const;
/** The snapshot file is written within a second of a change, and takes part of another. */
const aftermathMs = 2_500;

const Delay = z.object({ maxMs: z.number(), p99Ms: z.number() });

/** The delay of the event loop while the registry is reloaded, verdicts are stored and the snapshot is saved. */
export const reload: Part = async (bench, isQuick) => {
  const lines: Line[] = [];
  const figures: Figure[] = [];
  for (const { rows, rounds, limitMs } of isQuick ? sizes.slice(0, 1) : sizes) {
    const databaseUrl = await bench.createDatabase(`reload_${rows}`);
    await insertRows(databaseUrl, plainRows(rows));
    const child = bench.children.start(join(import.meta.dirname, 'loop-child.ts'), {
      settings: { databaseUrl, home: join(bench.directory, `reload-${rows}`) },
      execArgv: startOptions,
    });
    await messageOf(child, z.object({ rows: z.literal(rows) }), 60_000);
    await untilInStep(databaseUrl, 1);
    for (const { title, statement } of scenarios) {
      progress(`reload: ${rows} rows, ${title}`);
      const watched = await watch(child, databaseUrl, statement, isQuick ? 1 : rounds);
      const { p50, max } = distributionOf(watched.map(({ maxMs }) => maxMs));
      const { max: p99 } = distributionOf(watched.map(({ p99Ms }) => p99Ms));
      lines.push({
        'event-loop delay': title,
        rows,
        rounds: watched.length,
        'p99 ms': p99,
        'max, median round ms': p50,
        'max ms': max,
      });
      if (limitMs === null || statement === 'select') continue;
      figures.push({
        what: `blocked at most, ${rows} rows, ${title}`,
        measured: max,
        limit: limitMs,
        unit: 'ms',
      });
    }
    await bench.children.stop(child);
  }
  return { tables: [{ title: 'Event loop during a reload', lines }], figures };
};

async function watch(
  child: ChildProcess,
  databaseUrl: string,
  statement: string,
  rounds: number,
): Promise<readonly z.output<typeof Delay>[]> {
  const found: z.output<typeof Delay>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await delay(aftermathMs);
    child.send('start');
    await query(databaseUrl, statement);
    await delay(500);
    await untilInStep(databaseUrl, 1);
    await delay(aftermathMs);
    const reply = messageOf(child, Delay, 10_000);
    child.send('stop');
    found.push(await reply);
  }
  return found;
}
