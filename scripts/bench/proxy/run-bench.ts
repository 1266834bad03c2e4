import { writeFile } from 'node:fs/promises';
import { renderTable } from '../report.ts';
import type { Samples } from './comparisons.ts';
import { openStage } from './open-stage.ts';
import { type MemoryReading, memoryReadings } from './memory-readings.ts';
import type { Sample } from './measure/sample.ts';
import type { Options } from './options.ts';
import type { PeerName } from './peers/peers.ts';
import { ratiosOf, readBaseline, writeBaseline } from './report/baseline.ts';
import { checked, checkTable } from './report/check.ts';
import { doubtAbout } from './report/notes.ts';
import { baselineFile, publish } from './report/publish.ts';
import { figuresTable, keepsAllLimits, memoryTable, scenarioTable } from './report/tables.ts';
import { runRounds } from './run-rounds.ts';
import { startPeers } from './running.ts';
import type { Scenario } from './scenarios.ts';

/** A quick run ends within a minute: no round begins that would not be over by then, with the stop of all processes. */
const quickMs = 54_000;

/**
 * Measures, prints what was measured, and writes or checks it where the options say so.
 *
 * @returns whether all is well: with `--check` that no ratio is worse, else that a full run keeps to its figures.
 */
export async function runBench(options: Options, signal: AbortSignal): Promise<boolean> {
  const { isQuick, rounds, seconds } = options;
  const startedAt = performance.now();
  await using opened = new AsyncDisposableStack();
  const stage = await openStage(opened, signal);
  console.log(renderTable({ title: 'Machine', lines: [stage.machine] }));
  const scenarios = options.scenarios.filter(({ transport }) => stage.functions.origins[transport] !== null);
  const samples = new Map<string, ReadonlyMap<PeerName, readonly Sample[]>>();
  const memory: MemoryReading[] = [];
  for (const group of isQuick ? [scenarios] : scenarios.map((scenario) => [scenario])) await measure(group);
  const tables = [
    figuresTable(samples),
    ...scenarios.map((scenario) => scenarioTable(scenario, samples)),
    memoryTable(memory),
  ];
  for (const table of tables.toReversed()) console.log(renderTable(table));
  const doubt = doubtAbout(samples);
  if (doubt !== null) console.log(`${doubt}\n`);
  if (options.jsonFile !== null) await writeFile(options.jsonFile, samplesJson(samples));
  if (options.isWrite) await write();
  if (options.isCheck) return check();
  return isQuick || keepsAllLimits(samples);

  /** With processes of their own: the fewer there are beside it, the less a process loses of caches and memory while it waits. */
  async function measure(group: readonly Scenario[]): Promise<void> {
    await using started = new AsyncDisposableStack();
    const running = await startPeers(stage, group, started);
    const measured = await runRounds(stage, running, {
      scenarios: group,
      seconds,
      leadInSeconds: isQuick ? 0 : 1,
      warmUpSeconds: isQuick ? { first: 2, further: 0 } : { first: 2 * seconds, further: seconds },
      signal,
      wantsAnother: (made, roundMs) => {
        if (made >= rounds) return false;
        return !isQuick || made === 0 || performance.now() - startedAt + roundMs < quickMs;
      },
    });
    for (const [scenario, peers] of measured) samples.set(scenario, peers);
    memory.push(...(await memoryReadings(running.all)));
  }

  async function write(): Promise<void> {
    const date = new Date().toISOString().slice(0, 10);
    const run = { date, machine: stage.machine, ratios: ratiosOf(samples) };
    await writeBaseline(baselineFile, isQuick ? 'quick' : 'full', run);
    if (isQuick) return;
    const { cpu, cores, node, load, functions } = stage.machine;
    const how = `${cores} cores (${cpu}), Node ${node}, ${stage.cores === null ? 'not pinned' : 'pinned'}, load by ${load}, functions by ${functions}`;
    const introduction = `Measured on ${date}: ${how}; medians of ${rounds} rounds of ${seconds} s, in brackets the interval that holds the median with 95 % probability.`;
    await publish({ introduction: [introduction, doubt ?? ''].join(' ').trim(), tables, samples });
  }

  async function check(): Promise<boolean> {
    const kind = isQuick ? 'quick' : 'full';
    const committed = await readBaseline(baselineFile, kind);
    if (committed === undefined) {
      throw new Error(`${baselineFile} has no ${kind} run to compare with: make one with --write.`);
    }
    const results = checked({ kind, isDoubtful: doubt !== null }, ratiosOf(samples), committed.ratios);
    console.log(renderTable(checkTable(results)));
    const worse = results.filter(({ verdict }) => verdict === 'WORSE');
    for (const { title } of worse) console.error(`Worse than the committed ratio: ${title}`);
    return worse.length === 0;
  }
}

function samplesJson(samples: Samples): string {
  const plain = [...samples].map(([scenario, peers]) => [scenario, Object.fromEntries(peers)]);
  return `${JSON.stringify(Object.fromEntries(plain), null, 2)}\n`;
}
