import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../part.ts';
import { probed, type Reading, readingOf } from '../readings.ts';
import { startReplica } from '../replica.ts';
import { progress } from '../report.ts';
import { insertRows } from '../rows.ts';
import { distributionOf } from '../statistics.ts';
import { answersText, makeCalls } from './calls.ts';
import { callsThatFit } from './descriptors.ts';
import { functionRows } from './function-rows.ts';
import { watchHealth } from './health.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const wantedCalls = 10_000;
const functionMs = 20_000;
const functions = 100;
const rampMs = 5_000;
const plateauMs = functionMs - rampMs - 1_000;
/** Short: what it leaves allocated would hide part of what the calls take. */
const warmUp = { calls: 200, perSecond: 100 };
const kilobyte = 1_000;

/** Ten thousand calls that wait for their functions at once: whether all are answered, and what they cost meanwhile. */
export const inFlight: Part = async (bench, isQuick) => {
  const calls = isQuick ? 500 : await callsThatFit(wantedCalls);
  const databaseUrl = await bench.createDatabase('in_flight');
  await insertRows(databaseUrl, [
    ...functionRows('slow', { path: `/after/${functionMs}`, timeoutSeconds: 120, count: functions }),
    ...functionRows('quick', { path: '/after/0', timeoutSeconds: 30 }),
  ]);
  await using standIn = await startStandIn(bench);
  const env = { UPSTREAM_CONNECT_TO: standIn.origin, MAX_IN_FLIGHT: '20000' };
  await using replica = await startReplica(bench, { databaseUrl, name: 'in-flight', env, execArgv: probed });
  const plan = { url: replica.url, routes: 1, withinMs: 180_000 };
  await makeCalls(bench, { ...plan, ...warmUp, name: 'quick' });
  const before = await readingOf(replica.child, 'start');

  progress(`in-flight: ${calls} calls of ${functionMs / 1000} s`);
  await using health = watchHealth(replica.url);
  const sent = Promise.withResolvers<void>();
  const perSecond = (calls * 1000) / rampMs;
  const made = makeCalls(bench, { ...plan, name: 'slow', routes: functions, calls, perSecond }, sent.resolve);
  await Promise.race([sent.promise, made]);
  await untilAllThere(standIn, calls);
  const plateau = await readingOf(replica.child, 'read');
  progress('in-flight: all are sent');
  const ended = await made;
  const after = await readingOf(replica.child, 'read');
  const { peak } = await standIn.calls();
  const healthMs = distributionOf(await health.stop());

  // Once more, to look at the heap: a collection in the first round would block the event loop that is measured there.
  progress('in-flight: again, for the heap');
  const idle = await readingOf(replica.child, 'collect and read');
  const again = makeCalls(bench, { ...plan, name: 'slow', routes: functions, calls, perSecond });
  await delay(rampMs);
  await untilAllThere(standIn, calls);
  const held = heldBytes(await readingOf(replica.child, 'collect and read')) - heldBytes(idle);
  await again;

  const took = distributionOf(ended.tookMs);
  const bytesPerCall = (plateau.rss - before.rss) / calls;
  return {
    tables: [
      {
        title: `${calls} calls of ${functionMs / 1000} s, ${functions} functions, sent within ${rampMs / 1000} s`,
        lines: [
          { '': 'answers', value: answersText(ended) },
          { '': 'in flight at once, at the functions', value: peak },
          { '': 'call, p50 ms', value: took.p50 },
          { '': 'call, max ms', value: took.max },
          { '': 'RSS before, MB', value: before.rss / 1e6 },
          { '': 'RSS with all in flight, MB', value: plateau.rss / 1e6 },
          { '': 'RSS a call, KB', value: bytesPerCall / kilobyte },
          { '': 'heap and buffers a call, after a collection, KB', value: held / calls / kilobyte },
          { '': 'event-loop delay, p50 ms', value: after.loop.p50Ms },
          { '': 'event-loop delay, p99 ms', value: after.loop.p99Ms },
          { '': 'event-loop delay, max ms', value: after.loop.maxMs },
          { '': `/healthz, p50 ms of ${healthMs.count}`, value: healthMs.p50 },
          { '': '/healthz, max ms', value: healthMs.max },
        ],
      },
    ],
    figures: [
      { what: 'calls not made at once, of 10000', measured: wantedCalls - peak, limit: 0, unit: '' },
      { what: 'calls not answered 200', measured: calls - (ended.answers['200'] ?? 0), limit: 0, unit: '' },
      { what: 'memory a call', measured: bytesPerCall / kilobyte, limit: 40, unit: 'KB' },
      { what: 'event-loop delay, p99', measured: after.loop.p99Ms, limit: 50, unit: 'ms' },
      { what: '/healthz, max', measured: healthMs.max, limit: 100, unit: 'ms' },
    ],
  };
};

/** External memory has the array buffers in it. */
function heldBytes({ heapUsed, external }: Reading): number {
  return heapUsed + external;
}

/** Waits for the plateau, but not past the time at which the first functions answer. */
async function untilAllThere(standIn: StandIn, calls: number): Promise<void> {
  const giveUpAt = performance.now() + plateauMs;
  while (performance.now() < giveUpAt) {
    if ((await standIn.calls()).now >= calls) return;
    await delay(50);
  }
}
