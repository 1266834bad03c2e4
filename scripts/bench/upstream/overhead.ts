import type { Part } from '../part.ts';
import { type Line, progress } from '../report.ts';
import { insertRows } from '../rows.ts';
import { distributionOf } from '../statistics.ts';
import { functionPath, functionRows } from './function-rows.ts';
import type { Peer } from './peers/peer.ts';
import { peers, yardstick } from './peers/peers.ts';
import { type Meter, openMeter, type Throughput } from './throughput.ts';

const connections = 64;
const warmUpSeconds = 2;

/** What a small POST costs by way of Rowgate and of others, all in one run and in turn, so that noise meets all alike. */
export const overhead: Part = async (bench, isQuick) => {
  const databaseUrl = await bench.createDatabase('overhead');
  await insertRows(databaseUrl, functionRows('small', { path: '/', timeoutSeconds: 30 }));
  const meter = await openMeter(bench);
  const rounds = isQuick ? 1 : 5;
  const seconds = isQuick ? 2 : 8;
  await using opened = new AsyncDisposableStack();
  const running = new Map<string, Peer>();
  const skipped: Line[] = [];
  for (const [name, start] of peers) {
    const peer = await start({ bench, databaseUrl });
    if (peer === null) skipped.push({ peer: name, 'requests/s': 'not installed: skipped' });
    else running.set(name, opened.use(peer));
  }
  const lines = linesOf(await measureInTurn(running, { meter, rounds, seconds }));
  const failed = distributionOf(lines.map((line) => line.failed)).max;
  const title = `Small POST, ${connections} connections, ${meter.name}, median of ${rounds} rounds of ${seconds} s`;
  return {
    tables: [{ title, lines: [...lines, ...skipped] }],
    figures: [{ what: 'overhead: failed requests, worst peer', measured: failed, limit: 0, unit: '' }],
  };
};

type Rounds = Readonly<{ meter: Meter; rounds: number; seconds: number }>;

async function measureInTurn(
  running: ReadonlyMap<string, Peer>,
  { meter, rounds, seconds }: Rounds,
): Promise<ReadonlyMap<string, Throughput>> {
  const path = functionPath('small');
  const measured = new Map<string, Throughput[]>();
  for (const [name, { url }] of running) {
    await meter.measure({ url, path, connections, seconds: warmUpSeconds });
    measured.set(name, []);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, { url }] of running) {
      progress(`overhead: ${name}, round ${round} of ${rounds}`);
      measured.get(name)?.push(await meter.measure({ url, path, connections, seconds }));
    }
  }
  return new Map([...measured].map(([name, found]) => [name, medianOf(found)]));
}

function linesOf(measured: ReadonlyMap<string, Throughput>) {
  const bare = measured.get(yardstick) ?? { perSecond: Number.NaN, p50Ms: Number.NaN };
  return [...measured].map(([peer, { perSecond, p50Ms, p99Ms, failed }]) => ({
    peer,
    'requests/s': perSecond,
    'p50 ms': p50Ms,
    'p99 ms': p99Ms,
    failed,
    'requests/s of bare': `${((100 * perSecond) / bare.perSecond).toFixed(0)} %`,
    'p50 of bare': `${(p50Ms / bare.p50Ms).toFixed(2)} ×`,
  }));
}

/** Each number's own median; of failures, all. */
function medianOf(found: readonly Throughput[]): Throughput {
  const median = (numbers: readonly number[]): number => distributionOf(numbers).p50;
  return {
    perSecond: median(found.map(({ perSecond }) => perSecond)),
    p50Ms: median(found.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(found.map(({ p99Ms }) => p99Ms)),
    failed: found.reduce((sum, { failed }) => sum + failed, 0),
  };
}
