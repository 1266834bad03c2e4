import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { until } from './until.ts';

/**
 * Fills a directory with the home of an embedded Postgres that was started before. A first start takes the processor 2.7 s, more
 * than half of it for initdb, and a start of a copy 1.2 s.
 */
export async function copyEmbeddedHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  await promisify(execFile)('cp', ['-a', `${inject('embeddedHome')}/.`, home]);
}

/** Ends the server of a home, if one runs, with every process of it at once, the backends too, by SIGKILL. */
export async function killEmbedded(home: string): Promise<void> {
  const file = join(home, 'postgres', 'postmaster.pid');
  if (!existsSync(file)) return;
  const postmaster = Number((await readFile(file, 'utf8')).split('\n')[0]);
  const all = await processes();
  // Only a postgres: the file may be older than the process that has the number now.
  if (!all.some(({ pid, command }) => pid === postmaster && command.includes('postgres'))) return;
  const family = [postmaster, ...all.flatMap(({ pid, parent }) => (parent === postmaster ? [pid] : []))];
  for (const pid of family) kill(pid, 'SIGKILL');
  await until('none of its processes is left', () => family.every((pid) => !kill(pid, 0)));
}

async function processes(): Promise<readonly Readonly<{ pid: number; parent: number; command: string }>[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,comm=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** Whether there was such a process. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
