import { z } from 'zod';
import type { CallPlan } from './call-plan.ts';
import type { Outcome } from './expectations.ts';

const maxReported = 20;

/** The outcomes of all calls so far. */
export const Tally = z.object({
  calls: z.number(),
  byOutcome: z.record(z.string(), z.number()),
  /** Per kind of call, how many were made. */
  byPlan: z.record(z.string(), z.number()),
  unexpected: z.number(),
  /** Descriptions of the first unexpected outcomes. */
  reports: z.array(z.string()),
});
export type Tally = z.output<typeof Tally>;

export function keepTally() {
  const byOutcome: Record<string, number> = {};
  const byPlan: Record<string, number> = {};
  const reports: string[] = [];
  let calls = 0;
  let unexpected = 0;
  return {
    add: ({ name, path, allowed }: CallPlan, verdict: Outcome): void => {
      calls += 1;
      byOutcome[verdict] = (byOutcome[verdict] ?? 0) + 1;
      byPlan[name] = (byPlan[name] ?? 0) + 1;
      if (allowed.includes(verdict)) return;
      unexpected += 1;
      if (reports.length >= maxReported) return;
      reports.push(`${new Date().toISOString()} ${name} at ${path}: ${verdict}, not ${allowed.join(' or ')}`);
    },
    now: (): Tally => ({ calls, byOutcome, byPlan, unexpected, reports }),
  };
}

/** Counts by the first word of a verdict: `200`, `504`, `left`. */
export function byStatus({ byOutcome }: Tally): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [verdict, count] of Object.entries(byOutcome)) {
    const [status = ''] = verdict.split(' ');
    counts.set(status, (counts.get(status) ?? 0) + count);
  }
  return new Map([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
}
