import type { ReasonCode } from '../schemas/verdict.ts';
import type { RowVerdict } from '../schemas/parse-row.ts';
import type { GoodVersion } from './registry-entry.ts';

/** Reasons that take a row out of service at once: it names a host that is not allowed, or is not the row it seems. */
const unmounting: ReadonlySet<ReasonCode> = new Set([
  'function_url_not_allowed',
  'slug_missing',
  'slug_invalid',
  'slug_duplicate',
]);

/**
 * Which rejected rows serve on by their last good version, by slug. A good row's claim on a path goes before a stale
 * one's, and of two stale ones the smaller slug's: a bad row must not hurt a good one.
 *
 * @param isTaken whether a good row serves a path.
 */
export function staleVersions(
  verdicts: readonly RowVerdict[],
  lastGood: (slug: string) => GoodVersion | null,
  isTaken: (path: string) => boolean,
): ReadonlyMap<string, GoodVersion> {
  const candidates = verdicts
    .filter((verdict) => verdict.status === 'rejected')
    .filter(({ reasons }) => !reasons.some(({ code }) => unmounting.has(code)))
    .map(({ row }) => row.workflow_slug ?? '')
    .map((slug) => ({ slug, good: lastGood(slug) }))
    .toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  const stale = new Map<string, GoodVersion>();
  const taken = new Set<string>();
  for (const { slug, good } of candidates) {
    if (good === null || isTaken(good.definition.path) || taken.has(good.definition.path)) continue;
    taken.add(good.definition.path);
    stale.set(slug, good);
  }
  return stale;
}
