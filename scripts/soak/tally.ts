import { z } from 'zod';
import type { CallPlan } from './call-plan.ts';
import type { Verdict } from './expectations.ts';

const toldAtMost = 20;

/** What became of all calls so far. */
export const Tally = z.object({
  calls: z.number(),
  byVerdict: z.record(z.string(), z.number()),
  /** Per kind of call, how many were made. */
  byPlan: z.record(z.string(), z.number()),
  unexpected: z.number(),
  /** The first of the unexpected ones, in words. */
  told: z.array(z.string()),
});
export type Tally = z.output<typeof Tally>;

export function keepTally() {
  const byVerdict: Record<string, number> = {};
  const byPlan: Record<string, number> = {};
  const told: string[] = [];
  let calls = 0;
  let unexpected = 0;
  return {
    add: ({ name, path, allowed }: CallPlan, verdict: Verdict): void => {
      calls += 1;
      byVerdict[verdict] = (byVerdict[verdict] ?? 0) + 1;
      byPlan[name] = (byPlan[name] ?? 0) + 1;
      if (allowed.includes(verdict)) return;
      unexpected += 1;
      if (told.length >= toldAtMost) return;
      told.push(`${new Date().toISOString()} ${name} at ${path}: ${verdict}, not ${allowed.join(' or ')}`);
    },
    now: (): Tally => ({ calls, byVerdict, byPlan, unexpected, told }),
  };
}

/** Counts by the first word of a verdict: `200`, `504`, `left`. */
export function byStatus({ byVerdict }: Tally): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [verdict, count] of Object.entries(byVerdict)) {
    const [status = ''] = verdict.split(' ');
    counts.set(status, (counts.get(status) ?? 0) + count);
  }
  return new Map([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
}
