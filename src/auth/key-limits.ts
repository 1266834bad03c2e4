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
  /**
   * Counts a request, or returns why it must wait.
   *
   * @param nowMs milliseconds of a clock that only goes forward, by which buckets are refilled.
   * @param databaseMs the database's time in milliseconds since 1970, by which months begin.
   */
  take: (caller: Caller, nowMs: number, databaseMs: number) => LimitRefusal | null;
  /**
   * Takes what was used since the last time, to be settled. A key that was refused is among it, so that its balance is read
   * again: what refused it may be over.
   */
  takeUnsettled: () => readonly KeyUse[];
  settle: (balances: readonly KeyBalance[], nowMs: number) => void;
}>;

/** `used` counts the requests of the month that began at `monthStartsAt`, those of other replicas included. */
type Account = {
  tokens: number;
  refilledAt: number;
  used: number;
  monthStartsAt: number;
  unsettled: number;
  isUnsettled: boolean;
};

/**
 * Limits in memory: for each key a token bucket (its rate, and its burst) and the count of the month (UTC). No request
 * waits for the database; once a second the accounts are settled with those of the other replicas, so that
 * together they let through at most as much too much as in the time between two settlements.
 */
export function createKeyLimits(): KeyLimits {
  const accounts = new Map<string, Account>();
  let month = monthOf(0);

  const accountOf = ({ keyId, limits }: Caller, nowMs: number, databaseMs: number): Account => {
    // Finding the month takes a Date, so it is done only where the known one is not it.
    if (!(databaseMs >= month.startsAt && databaseMs < month.endsAt)) month = monthOf(databaseMs);
    const found = accounts.get(keyId);
    if (found === undefined) {
      const made = {
        tokens: capacityOf(limits),
        refilledAt: nowMs,
        used: 0,
        monthStartsAt: month.startsAt,
        unsettled: 0,
        isUnsettled: false,
      };
      accounts.set(keyId, made);
      return made;
    }
    const refilled = found.tokens + ((nowMs - found.refilledAt) / 1000) * (limits.requests_per_second ?? 0);
    found.tokens = Math.min(capacityOf(limits), refilled);
    found.refilledAt = nowMs;
    if (found.monthStartsAt !== month.startsAt) {
      found.monthStartsAt = month.startsAt;
      found.used = 0;
    }
    return found;
  };

  return {
    take: (caller, nowMs, databaseMs) => {
      const { requests_per_second: rate, monthly_quota: quota } = caller.limits;
      const account = accountOf(caller, nowMs, databaseMs);
      account.isUnsettled = true;
      if (quota !== null && account.used + account.unsettled >= quota) {
        const windowSeconds = (month.endsAt - month.startsAt) / 1000;
        const retryAfterSeconds = Math.max(1, Math.ceil((month.endsAt - databaseMs) / 1000));
        return { kind: 'quota', quota, windowSeconds, retryAfterSeconds };
      }
      if (rate !== null) {
        if (account.tokens < 1) {
          const retryAfterSeconds = Math.max(1, Math.ceil((1 - account.tokens) / rate));
          return { kind: 'rate', quota: rate, windowSeconds: 1, retryAfterSeconds };
        }
        account.tokens -= 1;
      }
      account.unsettled += 1;
      return null;
    },
    takeUnsettled: () => {
      const uses: KeyUse[] = [];
      for (const [keyId, account] of accounts) {
        if (!account.isUnsettled) continue;
        uses.push({ keyId, requests: account.unsettled });
        account.used += account.unsettled;
        account.unsettled = 0;
        account.isUnsettled = false;
      }
      return uses;
    },
    settle: (balances, nowMs) => {
      for (const { keyId, tokens, used, monthStartsAtMs } of balances) {
        const account = accounts.get(keyId);
        if (account === undefined) continue;
        // Requests made since are not in the balance yet.
        account.tokens = tokens - account.unsettled;
        account.refilledAt = nowMs;
        // Around midnight the database may still count the month before; its count must not fill the new one.
        if (account.monthStartsAt === monthStartsAtMs) account.used = used;
      }
    },
  };
}

function capacityOf({ requests_per_second: rate, burst }: Caller['limits']): number {
  return burst ?? rate ?? 0;
}

/** The month (UTC) that contains a time, in milliseconds since 1970; it ends where the next one starts. */
function monthOf(ms: number): Readonly<{ startsAt: number; endsAt: number }> {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
}
