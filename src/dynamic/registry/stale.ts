import type { Reason, ReasonCode } from '../../schemas/verdict.ts';
import type { GoodVersion, RegistryEntry } from './registry-entry.ts';

/** Reasons that take a row out of service at once: it names a host that is not allowed, or is not the row it seems. */
const unmounting: ReadonlySet<ReasonCode> = new Set([
  'function_url_not_allowed',
  'slug_missing',
  'slug_invalid',
  'slug_duplicate',
]);

/** Whether a row that is rejected for these reasons may keep serving its last good version. */
export function mayServeStale(reasons: readonly Reason[]): boolean {
  return !reasons.some(({ code }) => unmounting.has(code));
}

/**
 * Which rejected rows keep serving their last good version. A good row's claim to a path takes precedence over a stale one's;
 * of two stale ones, the smaller slug wins: a bad row must not affect a good one.
 *
 * @param isTaken whether a good row serves a path.
 */
export function staleVersions(
  rejected: readonly RegistryEntry[],
  lastGood: (slug: string) => GoodVersion | null,
  isTaken: (path: string) => boolean,
): ReadonlyMap<RegistryEntry, GoodVersion> {
  const candidates = rejected
    .filter(({ reasons }) => mayServeStale(reasons))
    .map((entry) => ({ entry, good: lastGood(entry.slug) }))
    .toSorted((a, b) => (a.entry.slug < b.entry.slug ? -1 : 1));
  const stale = new Map<RegistryEntry, GoodVersion>();
  const taken = new Set<string>();
  for (const { entry, good } of candidates) {
    if (good === null || isTaken(good.definition.path) || taken.has(good.definition.path)) continue;
    taken.add(good.definition.path);
    stale.set(entry, good);
  }
  return stale;
}
