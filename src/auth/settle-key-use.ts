import pTimeout from 'p-timeout';
import { repeat } from '../live/repeat.ts';
import type { KeySource } from '../schemas/key-source.ts';
import type { KeyLimits } from './key-limits.ts';

const settleEveryMs = 1_000;
const settleTimeoutMs = 4_000;
/** A stop waits no longer for the last settlement. */
const closeMs = 1_000;

/**
 * Settles every second what keys used here with what the other replicas know. While the database is away, it is kept and
 * settled later.
 *
 * @returns what ends it, after one last settlement.
 */
export function startSettling(settleUse: KeySource['settleUse'], limits: KeyLimits): () => Promise<void> {
  const settle = async (): Promise<void> => {
    const uses = limits.takeUnsettled();
    if (uses.length === 0) return;
    try {
      const balances = await pTimeout(settleUse(uses), { milliseconds: settleTimeoutMs });
      limits.settle(balances, Date.now());
    } catch {
      // The database is away, as the check of the keys reports.
      limits.giveBack(uses);
    }
  };
  const stopping = new AbortController();
  const settling = repeat(settle, settleEveryMs, stopping.signal);
  return async () => {
    stopping.abort();
    await pTimeout(settling.then(settle), { milliseconds: closeMs, fallback: () => undefined });
  };
}
