import pTimeout from 'p-timeout';
import { repeat } from '../live/repeat.ts';
import type { Observe } from '../observability/observation.ts';
import type { KeySettlement, KeySource } from '../schemas/key-source.ts';
import type { KeyLimits } from './key-limits.ts';

const settleEveryMs = 1_000;
/** The maximum time that a shutdown waits for the last settlements. */
const closeMs = 1_000;

export type SettleOptions = Readonly<{
  settleUse: KeySource['settleUse'];
  limits: KeyLimits;
  /** A UUID of this process. */
  processId: string;
  observe: Observe;
  /** Monotonic time in milliseconds. */
  now: () => number;
  everyMs?: number;
}>;

type Pending = Pick<KeySettlement, 'sequence' | 'uses'> & Readonly<{ sinceMs: number }>;

/**
 * Settles the usage of keys in this process with the other replicas every second, one settlement at a time. A settlement that
 * fails may have been counted all the same: the acknowledgement of its COMMIT was lost, or its statement is still waiting for
 * a lock. It is therefore sent again unchanged, under the same number, and further usage goes into the next one.
 *
 * There is no timeout here: the database ends a settlement that waits for a lock (db/keys/key-usage.ts), and the pool ends
 * one whose connection is silent.
 *
 * @returns a function that stops it after one last settlement.
 */
export function startSettling(options: SettleOptions): () => Promise<void> {
  const { settleUse, limits, processId, observe, now, everyMs = settleEveryMs } = options;
  let pending: Pending | null = null;
  let sequence = 0;
  let takenAt = now();
  let hasFailed = false;

  const takeNext = (): Pending | null => {
    const sinceMs = takenAt;
    takenAt = now();
    const uses = limits.takeUnsettled();
    if (uses.length === 0) return null;
    sequence += 1;
    return { sequence, uses, sinceMs };
  };
  const settle = async (): Promise<void> => {
    pending ??= takeNext();
    if (pending === null) return;
    const { sinceMs, ...rest } = pending;
    try {
      const balances = await settleUse({ processId, seconds: (now() - sinceMs) / 1_000, ...rest });
      limits.settle(balances, now());
      pending = null;
      if (hasFailed) observe({ kind: 'key_use_settled_again' });
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) observe({ kind: 'key_use_not_settled', error });
      hasFailed = true;
    }
  };
  const settleRest = async (): Promise<void> => {
    if (pending !== null) await settle();
    if (pending === null) await settle();
  };
  const stopping = new AbortController();
  const settling = repeat(settle, { everyMs, signal: stopping.signal, now });
  return async () => {
    stopping.abort();
    await pTimeout(settling.then(settleRest), { milliseconds: closeMs, fallback: () => undefined });
  };
}
