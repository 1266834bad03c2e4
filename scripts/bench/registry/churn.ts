import { makeChanges } from './changes.ts';
import { untilInStep } from './in-step.ts';
import { load } from './load.ts';
import type { Part } from '../part.ts';
import { startReplica } from '../replica.ts';
import { progress } from '../report.ts';
import { insertRows, plainRows } from '../rows.ts';
import { distributionOf } from '../statistics.ts';
import { watchRoutes } from './watch-routes.ts';

const present = 5_000;
/** Those that are called, and updated under way; the others are deleted and inserted. */
const kept = 2_500;
const ratePerSecond = 500;
const changesPerSecond = 50;

/** Requests at a fixed rate while nothing changes, and while the registry changes all the time. */
export const churn: Part = async (bench, isQuick) => {
  const databaseUrl = await bench.createDatabase('churn');
  await insertRows(databaseUrl, plainRows(present));
  await using replica = await startReplica(bench, { databaseUrl, name: 'churn' });
  await untilInStep(databaseUrl, 1);
  const seconds = isQuick ? { warm: 2, quiet: 3, changing: 5 } : { warm: 10, quiet: 20, changing: 60 };
  const calls = { url: replica.url, ratePerSecond, routes: kept };
  await load(bench, { ...calls, seconds: seconds.warm });
  progress(`churn: ${ratePerSecond} requests/s for ${seconds.quiet} s, nothing changes`);
  const quiet = await load(bench, { ...calls, seconds: seconds.quiet });
  progress(`churn: the same for ${seconds.changing} s under ${changesPerSecond} changes/s`);
  const routes = watchRoutes(replica.client);
  const plan = { kept, present, perSecond: changesPerSecond, seconds: seconds.changing };
  const [changing] = await Promise.all([
    load(bench, { ...calls, seconds: seconds.changing }),
    makeChanges(databaseUrl, plan, routes.committed),
  ]);
  const { appearedMs, goneMs, servedTooLate, requestedLate } = await routes.finished();
  for (const fault of [...quiet.faults, ...changing.faults]) progress(`churn: failed: ${fault}`);

  const line = (title: string, { count, failed, p50, p99, max }: typeof quiet) => ({
    [`${ratePerSecond} requests/s`]: title,
    requests: count,
    failed,
    'p50 ms': p50,
    'p99 ms': p99,
    'max ms': max,
  });
  const seen = (title: string, took: readonly number[]) => {
    const { count, p50, p99, max } = distributionOf(took);
    return { 'COMMIT to seen': title, changes: count, 'p50 ms': p50, 'p99 ms': p99, 'max ms': max };
  };
  return {
    tables: [
      {
        title: `Churn, ${present} rows`,
        lines: [line('quiet', quiet), line(`${changesPerSecond} changes/s`, changing)],
      },
      {
        title: 'Routes under churn',
        lines: [seen('inserted route serves', appearedMs), seen('deleted route is gone', goneMs)],
      },
    ],
    figures: [
      { what: 'churn: failed requests', measured: changing.failed, limit: 0, unit: '' },
      {
        what: `churn: served by a route deleted > 1 s ago (requested ${requestedLate} times)`,
        measured: servedTooLate,
        limit: 0,
        unit: '',
      },
      { what: 'churn: p99 over quiet p99', measured: changing.p99 / quiet.p99, limit: 2, unit: '×' },
    ],
  };
};
