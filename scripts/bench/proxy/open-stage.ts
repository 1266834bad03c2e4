import { cpus } from 'node:os';
import { machineFacts } from '../machine.ts';
import { progress } from '../report.ts';
import { openWorkbench } from '../workbench.ts';
import { makeCertificate } from './certificate.ts';
import { reserveCore } from './cores.ts';
import { openCpuTime } from './cpu-time.ts';
import { startFunctions } from './functions/start-functions.ts';
import { openLoad } from './measure/load.ts';
import type { Stage } from './stage.ts';

/** Starts what all measurements share, and reports what the machine lacks. All of it ends with `opened`. */
export async function openStage(opened: AsyncDisposableStack, signal: AbortSignal): Promise<Stage> {
  // First, so that all that is started stays off the proxies' core.
  const cores = await reserveCore();
  const bench = opened.use(await openWorkbench(signal));
  const certificate = await makeCertificate(bench.directory);
  const functions = await startFunctions(bench, certificate, opened);
  const load = await openLoad(bench, certificate);
  const cpuTime = await openCpuTime();
  if (cores === null) progress('Processes are not pinned: that needs taskset and two cores.');
  if (certificate === null) progress('openssl is not installed: TLS is not measured.');
  if (cpuTime === null) progress('There is no /proc: CPU time and memory are not measured.');
  const machine = {
    ...machineFacts(bench.postgresVersion, cpus().length),
    load: load.name,
    functions: functions.name,
    pinned: cores === null ? 'no' : 'yes',
  };
  return { bench, cores, cpuTime, certificate, functions, load, machine };
}
