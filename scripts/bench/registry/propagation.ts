import { setTimeout as delay } from 'node:timers/promises';
import { untilInStep } from './in-step.ts';
import type { Part } from '../part.ts';
import { type Replica, startReplica } from '../replica.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { insertRows, plainRows } from '../rows.ts';
import { sampleOf, untilServed } from './samples.ts';
import { type Distribution, distributionOf } from '../statistics.ts';
import { connect, type Workbench } from '../workbench.ts';

const registrySize = 10_000;

type Scenario = Readonly<{
  title: string;
  replicas: number;
  isListening: boolean;
  samples: number;
  /** Between a sample and the next, at random: a poll may be anywhere in its interval. */
  gapMs: readonly [number, number];
  /** The pause between a response and the next request for a new path; 0 is a tight loop. */
  askEveryMs: number;
  limits: Readonly<{ p50?: number; p99?: number }>;
}>;

const listening = { isListening: true, samples: 200, gapMs: [100, 300], askEveryMs: 0 } as const;
const polling = { isListening: false, samples: 60, gapMs: [200, 1_200], askEveryMs: 5 } as const;
const scenarios: readonly Scenario[] = [
  { title: 'LISTEN, one replica', replicas: 1, ...listening, limits: { p50: 20, p99: 250 } },
  { title: 'LISTEN, all of three replicas', replicas: 3, ...listening, limits: { p99: 1_000 } },
  { title: 'polling only, one replica', replicas: 1, ...polling, limits: { p99: 1_300 } },
  { title: 'polling only, all of three replicas', replicas: 3, ...polling, limits: {} },
];

/** From the return of COMMIT to the first response of the new route, on every replica. */
export const propagation: Part = async (bench, isQuick) => {
  const databaseUrl = await bench.createDatabase('propagation');
  await insertRows(databaseUrl, plainRows(registrySize));
  const lines: Line[] = [];
  const figures: Figure[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const samples = isQuick ? 5 : scenario.samples;
    progress(`propagation: ${scenario.title}, ${samples} samples`);
    const took = distributionOf(await measure(bench, databaseUrl, scenario, index * 1_000, samples));
    const { p50, p99, max } = took;
    lines.push({ 'COMMIT to served': scenario.title, samples, 'p50 ms': p50, 'p99 ms': p99, 'max ms': max });
    figures.push(...figuresOf(scenario, took));
  }
  return {
    tables: [{ title: `Propagation, ${registrySize} rows`, lines }],
    figures,
  };
};

function figuresOf({ title, limits }: Scenario, { p50, p99 }: Distribution): readonly Figure[] {
  const figure = (what: string, measured: number, limit: number | undefined): readonly Figure[] =>
    limit === undefined ? [] : [{ what: `${title}: ${what}`, measured, limit, unit: 'ms' }];
  return [...figure('p50', p50, limits.p50), ...figure('p99', p99, limits.p99)];
}

async function measure(
  bench: Workbench,
  databaseUrl: string,
  { replicas: count, isListening, gapMs, askEveryMs }: Scenario,
  first: number,
  samples: number,
): Promise<readonly number[]> {
  await using opened = new AsyncDisposableStack();
  const replicas: Replica[] = [];
  for (let n = 0; n < count; n += 1) {
    const env: Record<string, string> = isListening ? {} : { DATABASE_LISTEN_URL: 'off' };
    const name = `propagation-${n}`;
    replicas.push(opened.use(await startReplica(bench, { databaseUrl, name, env })));
  }
  await untilInStep(databaseUrl, isListening ? count : 0);
  const writer = opened.use(await connect(databaseUrl)).client;
  const took: number[] = [];
  for (let nth = first; nth < first + samples; nth += 1) {
    await delay(gapMs[0] + Math.random() * (gapMs[1] - gapMs[0]));
    const { path, statement, values } = sampleOf(nth, registrySize);
    await writer.query(statement, values);
    const committedAt = performance.now();
    await Promise.all(replicas.map(({ client }) => untilServed(client, path, askEveryMs)));
    took.push(performance.now() - committedAt);
  }
  return took;
}
