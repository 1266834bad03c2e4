import type { KeyBalance, KeyUse } from '../schemas/key-source.ts';
import type { Caller } from './key-ring.ts';

/** Why a key must wait. */
export type LimitRefusal = Readonly<{
  kind: 'rate' | 'quota';
  /** Requests that the limit allows per window, and the length of the window. */
  quota: number;
  windowSeconds: number;
  /** Whole seconds until a request may be let through. */
  retryAfterSeconds: number;
}>;

export type KeyLimits = Readonly<{
  /** Counts a request, or returns why it must wait. Times are milliseconds since 1970. */
  take: (caller: Caller, nowMs: number) => LimitRefusal | null;
  /** Takes what was used since the last time; to be settled or given back. */
  takeUnsettled: () => readonly KeyUse[];
  giveBack: (uses: readonly KeyUse[]) => void;
  settle: (balances: readonly KeyBalance[], nowMs: number) => void;
}>;

type Account = { tokens: number; refilledAt: number; used: number; unsettled: number };

/**
 * Limits in memory: for each key a token bucket (its rate, and its burst) and the count of the month (UTC). No request
 * waits for the database; once a second the accounts are settled with those of the other replicas, so that
 * together they let through at most one second's traffic too much.
 */
export function createKeyLimits(): KeyLimits {
  const accounts = new Map<string, Account>();
  let month = monthOf(0);

  /** Counts restart with each month. Finding the month takes a Date, so it is done only once the known month is over. */
  const turnMonth = (nowMs: number): void => {
    if (nowMs >= month.startsAt && nowMs < month.endsAt) return;
    month = monthOf(nowMs);
    for (const account of accounts.values()) account.used = 0;
  };

  const accountOf = ({ keyId, record }: Caller, nowMs: number): Account => {
    turnMonth(nowMs);
    const found = accounts.get(keyId);
    if (found === undefined) {
      const made = { tokens: capacityOf(record), refilledAt: nowMs, used: 0, unsettled: 0 };
      accounts.set(keyId, made);
      return made;
    }
    const refilled = found.tokens + ((nowMs - found.refilledAt) / 1000) * (record.requests_per_second ?? 0);
    found.tokens = Math.min(capacityOf(record), refilled);
    found.refilledAt = nowMs;
    return found;
  };

  return {
    take: (caller, nowMs) => {
      const { requests_per_second: rate, monthly_quota: quota } = caller.record;
      const account = accountOf(caller, nowMs);
      if (quota !== null && account.used + account.unsettled >= quota) {
        const windowSeconds = (month.endsAt - month.startsAt) / 1000;
        const retryAfterSeconds = Math.ceil((month.endsAt - nowMs) / 1000);
        return { kind: 'quota', quota, windowSeconds, retryAfterSeconds };
      }
      if (rate !== null && account.tokens < 1) {
        const retryAfterSeconds = Math.max(1, Math.ceil((1 - account.tokens) / rate));
        return { kind: 'rate', quota: rate, windowSeconds: 1, retryAfterSeconds };
      }
      account.tokens -= 1;
      account.unsettled += 1;
      return null;
    },
    takeUnsettled: () => {
      const uses: KeyUse[] = [];
      for (const [keyId, account] of accounts) {
        if (account.unsettled === 0) continue;
        uses.push({ keyId, requests: account.unsettled });
        account.used += account.unsettled;
        account.unsettled = 0;
      }
      return uses;
    },
    giveBack: (uses) => {
      for (const { keyId, requests } of uses) {
        const account = accounts.get(keyId);
        if (account === undefined) continue;
        account.used -= requests;
        account.unsettled += requests;
      }
    },
    settle: (balances, nowMs) => {
      for (const { keyId, tokens, used } of balances) {
        const account = accounts.get(keyId);
        if (account === undefined) continue;
        // Requests made since are not in the balance yet.
        account.tokens = tokens - account.unsettled;
        account.used = used;
        account.refilledAt = nowMs;
      }
    },
  };
}

function capacityOf({ requests_per_second: rate, burst }: Caller['record']): number {
  return burst ?? rate ?? 0;
}

/** The month (UTC) that contains a time, in milliseconds since 1970; it ends where the next one starts. */
function monthOf(ms: number): Readonly<{ startsAt: number; endsAt: number }> {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
}
