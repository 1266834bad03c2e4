import { setTimeout as delay } from 'node:timers/promises';
import { readingOf } from '../readings.ts';
import type { Replica } from '../replica.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { distributionOf } from '../statistics.ts';
import { watchHealth } from '../upstream/health.ts';
import type { Workbench } from '../workbench.ts';
import { type Attack, startAttack } from './attacker.ts';

export type NamedAttack = Readonly<{ what: string; attack: Attack }>;

/** Often, so that a turn of a few milliseconds is seen. */
const everyMs = 10;
/** What `/healthz` may take while somebody attacks. */
const healthLimitMs = 100;

/** Makes each attack on a replica, and a quiet spell before: what other callers notice of it. */
export async function watched(
  bench: Workbench,
  replica: Replica,
  attacks: readonly NamedAttack[],
  seconds: number,
): Promise<Readonly<{ lines: readonly Line[]; figures: readonly Figure[] }>> {
  const lines: Line[] = [];
  const figures: Figure[] = [];
  lines.push((await spell(replica, 'nobody attacks', () => delay(seconds * 1000, 0))).line);
  for (const { what, attack } of attacks) {
    progress(what);
    const { line, maxMs } = await spell(replica, what, async () => {
      const attacker = startAttack(bench, replica.url, attack, seconds);
      await attacker.begun;
      return attacker.ended;
    });
    lines.push(line);
    figures.push({ what: `/healthz, max: ${what}`, measured: maxMs, limit: healthLimitMs, unit: 'ms' });
  }
  return { lines, figures };
}

async function spell(
  { url, child }: Replica,
  what: string,
  during: () => Promise<number>,
): Promise<Readonly<{ line: Line; maxMs: number }>> {
  await readingOf(child, 'start');
  await using health = watchHealth(url, everyMs);
  const responses = await during();
  const { p50, p99, max, count } = distributionOf(await health.stop());
  const { loop } = await readingOf(child, 'read');
  const line = {
    attack: what,
    responses,
    'health checks': count,
    'p50 ms': p50,
    'p99 ms': p99,
    'max ms': max,
    'loop delay max ms': loop.maxMs,
  };
  return { line, maxMs: max };
}
