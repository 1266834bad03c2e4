import { cpus } from 'node:os';
import { machineFacts } from '../machine.ts';
import { progress, renderTable } from '../report.ts';
import { openWorkbench } from '../workbench.ts';
import { makeCertificate } from './certificate.ts';
import { reserveCore } from './cores.ts';
import { openCpuTime } from './cpu-time.ts';
import { startFunctions } from './functions/start-functions.ts';
import { openLoad } from './measure/load.ts';
import type { Options } from './options.ts';
import { runRounds } from './run-rounds.ts';
import { startPeers } from './running.ts';
import type { Stage } from './stage.ts';
import { figuresTable, memoryTable, scenarioTable } from './tables.ts';

/** A quick run ends within a minute: no round begins that would not be over by then. */
const quickMs = 56_000;

/** Measures, and prints what was measured. */
export async function runBench(options: Options, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  await using opened = new AsyncDisposableStack();
  const stage = await openStage(opened, signal);
  const scenarios = options.scenarios.filter(({ transport }) => stage.functions.origins[transport] !== null);
  const running = await startPeers(stage, scenarios, opened);
  const samples = await runRounds(stage, running, {
    scenarios,
    seconds: options.seconds,
    signal,
    wantsAnother: (made, roundMs) => {
      if (!options.isQuick) return made < options.rounds;
      return made < 2 || (made < options.rounds && performance.now() - startedAt + roundMs < quickMs);
    },
  });
  for (const scenario of scenarios) console.log(renderTable(scenarioTable(scenario, samples)));
  console.log(renderTable(await memoryTable(running.all)));
  console.log(renderTable(figuresTable(samples)));
}

async function openStage(opened: AsyncDisposableStack, signal: AbortSignal): Promise<Stage> {
  const cores = await reserveCore();
  const bench = opened.use(await openWorkbench(signal));
  const certificate = await makeCertificate(bench.directory);
  const functions = await startFunctions(bench, certificate, opened);
  const load = await openLoad(bench, certificate);
  const cpuTime = await openCpuTime();
  const facts = {
    ...machineFacts(bench.postgresVersion, cpus().length),
    load: load.name,
    functions: functions.name,
    pinned:
      cores === null
        ? 'no: taskset and two cores are needed'
        : `proxies ${cores.proxy}, others ${cores.others}`,
  };
  console.log(renderTable({ title: 'Machine', lines: [facts] }));
  if (certificate === null) progress('openssl is not installed: nothing is measured over TLS.');
  if (cpuTime === null) progress('There is no /proc: CPU time and memory are not measured.');
  return { bench, cores, cpuTime, certificate, functions, load };
}
