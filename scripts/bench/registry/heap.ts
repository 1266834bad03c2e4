import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Workbench } from '../workbench.ts';

const Heap = z.object({ heapUsed: z.number(), rows: z.number() });
const settledWithinMs = 90_000;

/**
 * Heap that a started app holds, in bytes, after a collection; in a process of its own.
 *
 * @param home where its snapshot file is: a second start in the same one finds the file.
 */
export async function heapOf(
  { children, directory }: Workbench,
  databaseUrl: string,
  home: string,
): Promise<number> {
  const path = join(directory, home);
  await mkdir(path, { recursive: true });
  const child = children.start(join(import.meta.dirname, 'heap-child.ts'), {
    settings: { databaseUrl, home: path },
    execArgv: ['--expose-gc'],
  });
  const { heapUsed } = await messageOf(child, Heap, settledWithinMs);
  await children.stop(child);
  return heapUsed;
}
