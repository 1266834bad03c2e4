import type { KeyBalance, KeyUse } from '../schemas/key-source.ts';
import type { Caller } from './key-ring.ts';

/** Which limit refused a request, and when to retry. */
export type LimitRefusal = Readonly<{
  kind: 'rate' | 'quota';
  /** Requests that the limit allows per window, and the length of the window. */
  quota: number;
  windowSeconds: number;
  /** Whole seconds until the next request may be allowed. */
  retryAfterSeconds: number;
}>;

export type KeyLimits = Readonly<{
  /**
   * Counts a request, or returns the limit that refuses it.
   *
   * @param nowMs monotonic time in milliseconds, by which buckets are refilled.
   * @param databaseMs the database's time in milliseconds since 1970, which decides when a month begins.
   */
  take: (caller: Caller, nowMs: number, databaseMs: number) => LimitRefusal | null;
  /**
   * Takes the usage since the last call, to be settled. Includes keys that were refused, so that their balances are read
   * again: the limit may no longer apply.
   */
  takeUnsettled: () => readonly KeyUse[];
  settle: (balances: readonly KeyBalance[], nowMs: number) => void;
}>;

/**
 * `used` counts the requests of the month that began at `monthStartsAt`, including those of other replicas. `otherMonths` has the
 * same for others, in case that the database's clock is set back over the end of a month, and forward again.
 */
type Account = {
  tokens: number;
  refilledAt: number;
  used: number;
  monthStartsAt: number;
  otherMonths: Map<number, number> | null;
  unsettled: number;
  isUnsettled: boolean;
};

/** Of how many other months the use is kept. */
const mostMonths = 24;

/**
 * Creates limits in memory: for each key, a token bucket (rate and burst) and the number of requests this month (UTC). No
 * request waits for the database. The accounts are settled with those of the other replicas once a second, so replicas
 * together exceed a limit by no more than they accept between two settlements.
 */
export function createKeyLimits(): KeyLimits {
  const accounts = new Map<string, Account>();
  let month = monthOf(0);

  const accountOf = ({ keyId, limits }: Caller, nowMs: number, databaseMs: number): Account => {
    // Computing the month requires a Date, so it is done only when the month has changed.
    if (!(databaseMs >= month.startsAt && databaseMs < month.endsAt)) month = monthOf(databaseMs);
    const found = accounts.get(keyId);
    if (found === undefined) {
      const made: Account = {
        tokens: capacityOf(limits),
        refilledAt: nowMs,
        used: 0,
        monthStartsAt: month.startsAt,
        otherMonths: null,
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
      remember(found, found.monthStartsAt, found.used);
      found.monthStartsAt = month.startsAt;
      found.used = found.otherMonths?.get(month.startsAt) ?? 0;
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
        // Requests made since then are not in the balance yet.
        account.tokens = tokens - account.unsettled;
        account.refilledAt = nowMs;
        // Around midnight the database may still count the previous month; its count must not be applied to the new one.
        if (account.monthStartsAt === monthStartsAtMs) account.used = used;
        else remember(account, monthStartsAtMs, used);
      }
    },
  };
}

function remember(account: Account, monthStartsAt: number, used: number): void {
  const months = (account.otherMonths ??= new Map<number, number>());
  // Last in its order, so that the oldest is forgotten.
  months.delete(monthStartsAt);
  months.set(monthStartsAt, used);
  const [oldest] = months.keys();
  if (months.size > mostMonths && oldest !== undefined) months.delete(oldest);
}

function capacityOf({ requests_per_second: rate, burst }: Caller['limits']): number {
  return burst ?? rate ?? 0;
}

/** Returns the month (UTC) that contains a time, in milliseconds since 1970; it ends where the next one starts. */
function monthOf(ms: number): Readonly<{ startsAt: number; endsAt: number }> {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
}
