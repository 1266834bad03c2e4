import type { Part } from '../part.ts';
import { startReplica } from '../replica.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { insertRows } from '../rows.ts';
import { distributionOf } from '../statistics.ts';
import { responsesText, makeCalls } from './calls.ts';
import { functionRows } from './function-rows.ts';
import { startStandIn } from './stand-in.ts';

const timeoutSeconds = 1;
/** So many that no breaker opens: a function that fails ten times in a row is left alone. */
const functions = 100;
const kinds = [
  { name: 'stalls-head', path: '/stall-head', title: 'stalls before the head' },
  { name: 'stalls-body', path: '/stall-body', title: 'stalls in the body' },
] as const;

/** How long after a call's deadline its caller has the 504, from the sending of the call. */
export const deadlines: Part = async (bench, isQuick) => {
  const databaseUrl = await bench.createDatabase('deadlines');
  const rows = kinds.flatMap(({ name, path }) =>
    functionRows(name, { path, timeoutSeconds, count: functions }),
  );
  await insertRows(databaseUrl, rows);
  await using standIn = await startStandIn(bench);
  const env = { UPSTREAM_CONNECT_TO: standIn.origin };
  await using replica = await startReplica(bench, { databaseUrl, name: 'deadlines', env });
  const calls = isQuick ? 40 : 600;
  const plan = { url: replica.url, routes: functions, perSecond: 40, withinMs: 60_000 };
  const lines: Line[] = [];
  const figures: Figure[] = [];
  for (const { name, title } of kinds) {
    progress(`deadlines: ${title}`);
    await makeCalls(bench, { ...plan, name, calls: 40 });
    const made = await makeCalls(bench, { ...plan, name, calls });
    const late = distributionOf(made.tookMs.map((ms) => ms - timeoutSeconds * 1000));
    const { p50, p99, max } = late;
    lines.push({
      function: title,
      responses: responsesText(made),
      'p50 ms': p50,
      'p99 ms': p99,
      'max ms': max,
    });
    const other = calls - (made.responses['504 deadline_exceeded'] ?? 0);
    figures.push({ what: `${title}: 504 after the deadline, p99`, measured: p99, limit: 50, unit: 'ms' });
    figures.push({ what: `${title}: other responses`, measured: other, limit: 0, unit: '' });
  }
  return {
    tables: [{ title: `504 after a deadline of ${timeoutSeconds} s, ${plan.perSecond} calls/s`, lines }],
    figures,
  };
};
