import type { Workbench } from '../workbench.ts';
import type { Certificate } from './certificate.ts';
import type { Cores } from './cores.ts';
import type { CpuTime } from './cpu-time.ts';
import type { Functions } from './functions/functions.ts';
import type { Load } from './measure/load.ts';

/** What all measurements share. What the machine lacks is null. */
export type Stage = Readonly<{
  bench: Workbench;
  cores: Cores | null;
  cpuTime: CpuTime | null;
  certificate: Certificate | null;
  functions: Functions;
  load: Load;
  /** What the figures depend on, for the report. */
  machine: Readonly<Record<string, string | number>>;
}>;
