import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Reading, readingOf } from '../bench/readings.ts';

/** How many resources of each kind keep a process alive: sockets, timers, servers. */
export type Resources = ReadonlyMap<string, number>;

const quietSamples = 15;
const sampleMs = 200;
const heapRounds = 40;
const steadyRounds = 4;
const steadyBytes = 64 * 1024;
/** Functions are gone and the database's idle connections are closed after 10 s: this is ample. */
const backWithinMs = 60_000;

/** The maximum of each kind that an idle process has: polls come and go. */
export async function quietResources(child: ChildProcess): Promise<Resources> {
  const most = new Map<string, number>();
  for (let sample = 0; sample < quietSamples; sample += 1) {
    const now = resourcesOf(await readingOf(child, 'read'));
    for (const [kind, count] of now) most.set(kind, Math.max(count, most.get(kind) ?? 0));
    await delay(sampleMs);
  }
  return most;
}

/**
 * Waits until there are no more resources of any kind than before. Returns those left over: none, unless something
 * leaked.
 */
export async function leftOver(child: ChildProcess, before: Resources): Promise<Resources> {
  const giveUpAt = performance.now() + backWithinMs;
  for (;;) {
    const now = resourcesOf(await readingOf(child, 'read'));
    const over = [...now].map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const);
    const left = new Map(over.filter(([, count]) => count > 0));
    if (left.size === 0 || performance.now() > giveUpAt) return left;
    await delay(sampleMs);
  }
}

/** The reading of a process once its heap no longer shrinks from one garbage collection to the next. */
export async function settledReading(child: ChildProcess): Promise<Reading> {
  let last = await readingOf(child, 'collect and read');
  for (let round = 0, steady = 0; round < heapRounds && steady < steadyRounds; round += 1) {
    await delay(sampleMs);
    const now = await readingOf(child, 'collect and read');
    steady = last.heapUsed - now.heapUsed < steadyBytes ? steady + 1 : 0;
    last = now;
  }
  return last;
}

function resourcesOf({ resources }: Reading): Resources {
  const counts = new Map<string, number>();
  for (const kind of resources) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
