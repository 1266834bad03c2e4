import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Workbench } from '../workbench.ts';

const LoadResult = z.object({
  count: z.number(),
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
  failed: z.number(),
  faults: z.array(z.string()),
});
export type LoadResult = z.output<typeof LoadResult>;

/** Calls the first `routes` routes of a replica from a process of its own, and gives latencies in milliseconds. */
export async function load(
  { children }: Workbench,
  settings: Readonly<{ url: string; ratePerSecond: number; seconds: number; routes: number }>,
): Promise<LoadResult> {
  const child = children.start(join(import.meta.dirname, 'load-child.ts'), { settings });
  return messageOf(child, LoadResult, settings.seconds * 1000 + 60_000);
}
