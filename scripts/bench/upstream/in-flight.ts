import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../part.ts';
import { probed, type Reading, readingOf } from '../readings.ts';
import { type Replica, startReplica } from '../replica.ts';
import { type PartResult, progress } from '../report.ts';
import { insertRows } from '../rows.ts';
import { distributionOf } from '../statistics.ts';
import type { Workbench } from '../workbench.ts';
import { responsesText, makeCalls } from './calls.ts';
import { roomFor } from './descriptors.ts';
import { functionRows } from './function-rows.ts';
import { watchHealth } from './health.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const wantedCalls = 10_000;
const functionMs = 20_000;
const functions = 100;
const rampMs = 5_000;
const plateauMs = functionMs - rampMs - 1_000;
/** Short: what it leaves allocated would hide part of the memory of the calls. */
const warmUp = { calls: 200, perSecond: 100, withinMs: 10_000 };
const withinMs = 180_000;
const kilobyte = 1_000;

/** Ten thousand calls that wait for their functions at once: whether all get a response, and what they cost meanwhile. */
export const inFlight: Part = async (bench, isQuick) => {
  const calls = await roomFor(isQuick ? 500 : wantedCalls);
  const databaseUrl = await bench.createDatabase('in_flight');
  await insertRows(databaseUrl, [
    ...functionRows('slow', { path: `/after/${functionMs}`, timeoutSeconds: 120, count: functions }),
    ...functionRows('quick', { path: '/after/0', timeoutSeconds: 30 }),
  ]);
  await using standIn = await startStandIn(bench);
  const env = { UPSTREAM_CONNECT_TO: standIn.origin, MAX_IN_FLIGHT: '20000' };
  await using replica = await startReplica(bench, { databaseUrl, name: 'in-flight', env, execArgv: probed });
  const stage = { bench, replica, standIn, calls };
  await makeCalls(bench, { url: replica.url, name: 'quick', routes: 1, ...warmUp });
  const measured = await measureCalls(stage);
  return resultOf(calls, measured, await heldPerCall(stage));
};

type Stage = Readonly<{ bench: Workbench; replica: Replica; standIn: StandIn; calls: number }>;

function planOf({ replica, calls }: Stage) {
  const perSecond = (calls * 1000) / rampMs;
  return { url: replica.url, name: 'slow', routes: functions, calls, perSecond, withinMs };
}

async function measureCalls(stage: Stage) {
  const { bench, replica, standIn, calls } = stage;
  const before = await readingOf(replica.child, 'start');
  progress(`in-flight: ${calls} calls of ${functionMs / 1000} s`);
  await using health = watchHealth(replica.url);
  const sent = Promise.withResolvers<void>();
  const made = makeCalls(bench, planOf(stage), sent.resolve);
  await Promise.race([sent.promise, made]);
  const there = await untilAllThere(standIn, calls);
  const plateau = { ...(await readingOf(replica.child, 'read')), there };
  progress('in-flight: all are sent');
  const ended = await made;
  const { loop } = await readingOf(replica.child, 'read');
  const { peak } = await standIn.calls();
  return { before, plateau, ended, loop, peak, healthMs: distributionOf(await health.stop()) };
}

/** A second round reads the heap: a garbage collection in the first one would block the event loop measured there. */
async function heldPerCall(stage: Stage): Promise<number> {
  const { bench, replica, standIn, calls } = stage;
  progress('in-flight: again, for the heap');
  const idle = await readingOf(replica.child, 'collect and read');
  const again = makeCalls(bench, planOf(stage));
  await delay(rampMs);
  const there = await untilAllThere(standIn, calls);
  const retained = heapAndBuffers(await readingOf(replica.child, 'collect and read')) - heapAndBuffers(idle);
  await again;
  return retained / there;
}

/** External memory has the array buffers in it. */
function heapAndBuffers({ heapUsed, external }: Reading): number {
  return heapUsed + external;
}

/**
 * Waits for the plateau, but not past the time at which the first functions respond.
 *
 * @returns the calls that are at the functions then: a slow machine may not have them all there at once.
 */
async function untilAllThere(standIn: StandIn, calls: number): Promise<number> {
  const giveUpAt = performance.now() + plateauMs;
  for (;;) {
    const { now } = await standIn.calls();
    if (now >= calls || performance.now() >= giveUpAt) return now;
    await delay(50);
  }
}

type Measured = Awaited<ReturnType<typeof measureCalls>>;

function resultOf(calls: number, measured: Measured, retained: number): PartResult {
  const { before, plateau, ended, loop, peak, healthMs } = measured;
  const took = distributionOf(ended.tookMs);
  const memory = (plateau.rss - before.rss) / plateau.there / kilobyte;
  const withoutResponse = calls - (ended.responses['200'] ?? 0);
  const values: readonly (readonly [string, string | number])[] = [
    ['responses', responsesText(ended)],
    ['in flight at once, at the functions', peak],
    ['call, p50 ms', took.p50],
    ['call, max ms', took.max],
    ['RSS before, MB', before.rss / 1e6],
    ['RSS with all in flight, MB', plateau.rss / 1e6],
    ['RSS a call, KB', memory],
    ['heap and buffers per call, after garbage collection, KB', retained / kilobyte],
    ['event-loop delay, p50 ms', loop.p50Ms],
    ['event-loop delay, p99 ms', loop.p99Ms],
    ['event-loop delay, max ms', loop.maxMs],
    [`/healthz, p50 ms of ${healthMs.count}`, healthMs.p50],
    ['/healthz, max ms', healthMs.max],
  ];
  const title = `${calls} calls of ${functionMs / 1000} s, ${functions} functions, sent within ${rampMs / 1000} s`;
  return {
    tables: [{ title, lines: values.map(([what, value]) => ({ what, value })) }],
    figures: [
      { what: `calls not made at once, of ${calls}`, measured: calls - peak, limit: 0, unit: '' },
      { what: 'calls without a 200', measured: withoutResponse, limit: 0, unit: '' },
      { what: 'RSS a call', measured: memory, limit: 30, unit: 'KB' },
      { what: 'heap and buffers per call', measured: retained / kilobyte, limit: 15, unit: 'KB' },
      { what: 'event-loop delay, p99', measured: loop.p99Ms, limit: 50, unit: 'ms' },
      { what: '/healthz, max', measured: healthMs.max, limit: 100, unit: 'ms' },
    ],
  };
}
