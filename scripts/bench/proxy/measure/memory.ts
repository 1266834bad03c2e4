import { readFile } from 'node:fs/promises';

/** In MB. */
export type Memory = Readonly<{ rss: number; peak: number }>;

/** What a process has in memory and had at most; null where there is no such process or no /proc. */
export async function memoryOf(pid: number | null): Promise<Memory | null> {
  if (pid === null || process.platform !== 'linux') return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { rss: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
