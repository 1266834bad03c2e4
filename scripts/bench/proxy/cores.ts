import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hasProgram } from '../programs.ts';

const run = promisify(execFile);

/** Which cores the measured proxies have to themselves, and which everything else shares; as `taskset -c` takes them. */
export type Cores = Readonly<{ proxy: string; others: string; all: string }>;

/**
 * Keeps this process, and so all that it starts, off the first core that it may use: that one is the proxies'.
 *
 * @returns null where there is no taskset or only one core.
 */
export async function reserveCore(): Promise<Cores | null> {
  if (!(await hasProgram('taskset', '--version'))) return null;
  const self = String(process.pid);
  const { stdout } = await run('taskset', ['-cp', self]);
  const [first, ...rest] = coresIn(stdout.trim().split(' ').at(-1) ?? '');
  if (first === undefined || rest.length === 0) return null;
  const others = rest.join(',');
  await run('taskset', ['-acp', others, self]);
  return { proxy: String(first), others, all: `${first},${others}` };
}

/** Moves a process with all its threads to the proxies' core. Until then it may start on all cores, which is faster. */
export async function confine(pid: number | undefined, cores: Cores | null): Promise<void> {
  if (cores !== null && pid !== undefined) await run('taskset', ['-acp', cores.proxy, String(pid)]);
}

/** The cores of a list such as `0-3,8`. */
export function coresIn(list: string): readonly number[] {
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
