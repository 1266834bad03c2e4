import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { untilInStep } from './in-step.ts';
import { startReplica } from '../replica.ts';
import type { Workbench } from '../workbench.ts';

export type Boots = Readonly<{
  /** Where the replica finds its database. */
  url: string;
  /** Where the benchmark asks whether the start's work is done; null with the database away. */
  askUrl: string | null;
  /** Names the replica's directory. */
  name: string;
  times: number;
  /** Whether a snapshot file of an earlier boot may be used. */
  hasFile: boolean;
}>;

/** Milliseconds from spawn to ready, one boot after the other, each stopped in good order: the snapshot is saved. */
export async function bootTimes(
  bench: Workbench,
  { url, askUrl, name, times, hasFile }: Boots,
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) {
    if (!hasFile) await rm(join(bench.directory, name), { recursive: true, force: true });
    await using replica = await startReplica(bench, { databaseUrl: url, name });
    took.push(replica.readyMs);
    if (askUrl !== null) await untilInStep(askUrl, 1);
  }
  return took;
}
