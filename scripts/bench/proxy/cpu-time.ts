import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { coresIn } from './cores.ts';

const run = promisify(execFile);

/** Reads processor time from /proc, in milliseconds since the start of the process or of the machine. */
export type CpuTime = Readonly<{
  /** User and system time of all threads of a process, of those that have ended too. */
  ofProcess: (pid: number) => Promise<number>;
  /** The same of all children of this process that have ended. */
  ofEndedChildren: () => Promise<number>;
  /** What all processes together had of these cores (a list as `taskset -c` takes it). */
  ofCores: (cores: string) => Promise<number>;
}>;

/** @returns null where there is no /proc. */
export async function openCpuTime(): Promise<CpuTime | null> {
  if (process.platform !== 'linux') return null;
  const { stdout } = await run('getconf', ['CLK_TCK']);
  const msPerTick = 1000 / Number(stdout);
  return {
    ofProcess: async (pid) => {
      const [user, system] = ticksIn(await statOf(pid));
      return (user + system) * msPerTick;
    },
    ofEndedChildren: async () => {
      const [, , user, system] = ticksIn(await readFile('/proc/self/stat', 'utf8'));
      return (user + system) * msPerTick;
    },
    ofCores: async (cores) => busyTicksOf(await readFile('/proc/stat', 'utf8'), coresIn(cores)) * msPerTick,
  };
}

async function statOf(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch (cause) {
    throw new Error(`Process ${pid} ended while it was measured.`, { cause });
  }
}

/** utime, stime, cutime and cstime of proc_pid_stat(5). The second field is a name in brackets and may hold spaces. */
export function ticksIn(stat: string): readonly [number, number, number, number] {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [Number(fields[11]), Number(fields[12]), Number(fields[13]), Number(fields[14])];
}

/**
 * User, nice and system time of cores, by proc_stat(5). Interrupts are left out: they are no process's, and those of the
 * loopback device come with the traffic that is measured.
 */
export function busyTicksOf(stat: string, cores: readonly number[]): number {
  const wanted = new Set(cores.map((core) => `cpu${core}`));
  return stat
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([name = '']) => wanted.has(name))
    .flatMap(([, ...columns]) => columns.slice(0, 3).map(Number))
    .reduce((sum, ticks) => sum + ticks, 0);
}
