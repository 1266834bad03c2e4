import type { Observe } from '../observation.ts';
import type { Snapshot } from './snapshot.ts';

/** Tells of a swap, and once of each row that became rejected or stale with it. */
export function observeSwap(
  next: Snapshot,
  previous: Snapshot | undefined,
  durationMs: number,
  observe: Observe,
): void {
  const { rows, mounted, warned, rejected, stale } = next.counts;
  const snapshot = { version: next.version, rows, mounted, warned, rejected, stale };
  observe({ kind: 'registry_swapped', snapshot, durationMs: Math.round(durationMs) });
  for (const { slug, hash, status, reasons } of next.entries) {
    if (status !== 'rejected' && status !== 'stale') continue;
    const before = previous?.bySlug.get(slug);
    if (before?.hash === hash && before.status === status) continue;
    const codes = reasons.map(({ code }) => code);
    const message = reasons.map((reason) => reason.message).join(' ');
    observe({ kind: 'row_rejected', slug, status, codes, message });
  }
}
