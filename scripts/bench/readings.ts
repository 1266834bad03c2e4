import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from './children.ts';

/** Node options that load the probe into a child (probe.ts) and expose garbage collection. */
export const probed: readonly string[] = ['--expose-gc', '--import', join(import.meta.dirname, 'probe.ts')];

const Reading = z.object({
  rss: z.number(),
  peakRss: z.number(),
  heapUsed: z.number(),
  external: z.number(),
  arrayBuffers: z.number(),
  /** CPU time of all threads since the process started. */
  cpuMs: z.number(),
  /** The share of the time since the last `start`. */
  loop: z.object({ p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number() }),
  /** What keeps the process alive, one entry each (process.getActiveResourcesInfo). */
  resources: z.array(z.string()),
});

/** What the probe of a process reports. Memory in bytes. */
export type Reading = z.output<typeof Reading>;

const withinMs = 30_000;

/**
 * Requests a reading from a probed child. `start` collects garbage and starts measuring the event-loop delay, `read` has no
 * side effects, `collect and read` collects garbage first.
 */
export function readingOf(
  child: ChildProcess,
  question: 'start' | 'read' | 'collect and read',
): Promise<Reading> {
  const reply = messageOf(child, Reading, withinMs);
  child.send(`probe: ${question}`);
  return reply;
}
