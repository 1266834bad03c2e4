import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from './children.ts';

/** Options of Node with which a child can be read (probe.ts). Collections can be asked for. */
export const probed: readonly string[] = ['--expose-gc', '--import', join(import.meta.dirname, 'probe.ts')];

const Reading = z.object({
  rss: z.number(),
  peakRss: z.number(),
  heapUsed: z.number(),
  external: z.number(),
  arrayBuffers: z.number(),
  /** Of the processor, by all threads since the process began. */
  cpuMs: z.number(),
  /** Of the time since the last `start`. */
  loop: z.object({ p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number() }),
  /** What keeps the process alive, one entry each (process.getActiveResourcesInfo). */
  resources: z.array(z.string()),
});

/** How a probed process is, seen from within. Memory in bytes. */
export type Reading = z.output<typeof Reading>;

const withinMs = 30_000;

/**
 * Asks a probed child. `start` collects garbage and begins to measure the event loop's delay, `read` disturbs nothing,
 * `collect and read` collects garbage first.
 */
export function readingOf(
  child: ChildProcess,
  question: 'start' | 'read' | 'collect and read',
): Promise<Reading> {
  const answer = messageOf(child, Reading, withinMs);
  child.send(`probe: ${question}`);
  return answer;
}
