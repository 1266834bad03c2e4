import type { Observe } from '../../observability/observation.ts';
import type { ChangedEntry } from './changed-entries.ts';
import type { Snapshot } from './snapshot.ts';

/** Emits a swap, and each row that became rejected or stale with it. */
export function observeSwap(
  { version, counts }: Snapshot,
  changed: readonly ChangedEntry[],
  durationMs: number,
  observe: Observe,
): void {
  const { rows, mounted, warned, rejected, stale } = counts;
  const snapshot = { version, rows, mounted, warned, rejected, stale };
  observe({ kind: 'registry_swapped', snapshot, durationMs: Math.round(durationMs) });
  for (const { entry, before } of changed) {
    const { slug, hash, status, reasons } = entry;
    if (status !== 'rejected' && status !== 'stale') continue;
    if (before?.hash === hash && before.status === status) continue;
    const codes = reasons.map(({ code }) => code);
    const message = reasons.map((reason) => reason.message).join(' ');
    observe({ kind: 'row_rejected', slug, status, codes, message });
  }
}
