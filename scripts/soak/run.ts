import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../bench/children.ts';
import { probed, readingOf } from '../bench/readings.ts';
import { type Replica, startReplica } from '../bench/replica.ts';
import { progress } from '../bench/report.ts';
import { insertRows } from '../bench/rows.ts';
import type { Workbench } from '../bench/workbench.ts';
import { startCallers } from './callers.ts';
import { type Check, heapCheck, leftOverCheck, livenessChecks } from './checks.ts';
import { progressLine } from './progress.ts';
import { seededRandom } from './random.ts';
import { startRowChanges } from './row-changes.ts';
import { lastingKinds, rowsOfKind, soakRow } from './rows.ts';
import { leftOver, quietResources, settledReading } from './settle.ts';
import type { Tally } from './tally.ts';

export type SoakOptions = Readonly<{ minutes: number; seed: number }>;
export type SoakResult = Readonly<{
  warmUp: Tally;
  tally: Tally;
  changes: number;
  checks: readonly Check[];
  rss: Readonly<{ start: number; end: number; peak: number }>;
}>;

const callers = 64;
/** V8 keeps compiling code for about that long: 1.4 MB in the minutes after 20 s of load. */
const warmUpSeconds = 60;
const progressMs = 10_000;
/** The simulator's hop: a call of more than a second is a 303 chain. */
const hopMs = 1_000;
const env = { MAX_BODY_BYTES: String(4 * 1024 * 1024) };

/** Warms a process up, soaks it, and checks what is left over. */
export async function soak(bench: Workbench, { minutes, seed }: SoakOptions): Promise<SoakResult> {
  const { children } = bench;
  const functions = children.start(join(import.meta.dirname, 'functions-child.ts'), { settings: { hopMs } });
  const { origin } = await messageOf(functions, z.object({ origin: z.string() }), 10_000);
  const databaseUrl = await bench.createDatabase('soak');
  const lasting = lastingKinds.flatMap((kind) =>
    Array.from({ length: rowsOfKind[kind] }, (_, n) => soakRow(kind, n)),
  );
  await insertRows(databaseUrl, lasting);
  const replicaEnv = { ...env, UPSTREAM_CONNECT_TO: origin };
  await using replica = await startReplica(bench, {
    databaseUrl,
    name: 'soak',
    env: replicaEnv,
    execArgv: probed,
  });
  await delay(2_000);
  const quiet = await quietResources(replica.child);

  progress(`warm-up of ${warmUpSeconds} s`);
  const warm = await load(bench, replica, { databaseUrl, seed: seed + 1, seconds: warmUpSeconds });
  const start = await settledReading(replica.child);
  progress(`soak of ${minutes} min, --seed ${seed}`);
  const { tally, changes } = await load(bench, replica, { databaseUrl, seed, seconds: minutes * 60 });
  progress('all load has stopped');
  const end = await settledReading(replica.child);
  const liveness = await livenessChecks(replica.client);
  // This also closes the keep-alive connections to them.
  await children.stop(functions);
  const left = await leftOver(replica.child, quiet);
  return {
    warmUp: warm.tally,
    tally,
    changes,
    checks: [...liveness, leftOverCheck(left), heapCheck(start.heapUsed, end.heapUsed)],
    rss: { start: start.rss, end: end.rss, peak: end.peakRss },
  };
}

type Load = Readonly<{ databaseUrl: string; seed: number; seconds: number }>;

async function load(bench: Workbench, { url, child }: Replica, { databaseUrl, seed, seconds }: Load) {
  const calling = startCallers(bench, { url, seed, callers });
  const changing = startRowChanges(databaseUrl, seededRandom(seed));
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  while (performance.now() < endsAt) {
    await delay(Math.min(progressMs, Math.max(0, endsAt - performance.now())));
    const { heapUsed } = await readingOf(child, 'read');
    const elapsedSeconds = (performance.now() - startedAt) / 1000;
    process.stderr.write(`${progressLine({ elapsedSeconds, tally: await calling.tally(), heapUsed })}\n`);
  }
  await changing.stop();
  return { tally: await calling.stop(), changes: changing.count() };
}
