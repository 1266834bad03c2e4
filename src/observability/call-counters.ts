import type { CallEnded } from './observation.ts';

/** The number of calls of one workflow that ended with the same status and code. */
export type CallCount = {
  readonly workflow: string;
  readonly status: string;
  readonly code: string;
  count: number;
};

/** Workflows with a label of their own; 10,000 of them would block the event loop for 400 ms at each scrape. */
export const maxWorkflowLabels = 500;
const otherWorkflows = 'other';

/** Creates labels: one for each of the first workflows, and a common one for all others. */
export function createWorkflowLabels(): (slug: string) => string {
  const labels = new Set<string>();
  return (slug) => {
    if (labels.has(slug)) return slug;
    if (labels.size >= maxWorkflowLabels) return otherWorkflows;
    labels.add(slug);
    return slug;
  };
}

/**
 * Counts calls by workflow, status and code as plain numbers, which become metrics when they are scraped: looking up a
 * counter by its labels takes 0.34 µs, this 0.05 (docs/decisions/0011).
 */
export function createCallCounters(labelOf: (slug: string) => string) {
  const counts = new Map<string, Map<number | string, CallCount>>();
  return {
    add: ({ slug, status, code }: Pick<CallEnded, 'slug' | 'status' | 'code'>): void => {
      const workflow = labelOf(slug);
      const known = counts.get(workflow);
      const byEnd = known ?? new Map<number | string, CallCount>();
      if (known === undefined) counts.set(workflow, byEnd);
      // Each code has exactly one status.
      const end = code ?? status;
      const found = byEnd.get(end);
      if (found === undefined)
        byEnd.set(end, { workflow, status: String(status), code: code ?? '', count: 1 });
      else found.count += 1;
    },
    all: (): Iterable<CallCount> => counts.values().flatMap((byEnd) => byEnd.values()),
  };
}
