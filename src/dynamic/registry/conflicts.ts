import type { RowVerdict } from '../../schemas/parse-row.ts';
import type { Reason } from '../../schemas/verdict.ts';
import type { ValidatedRow } from './validated-row.ts';
import type { RegistryEntry } from './registry-entry.ts';
import { isStep, type Steps } from '../../live/cooperative-task.ts';
import { createTextIndex, type TextIndex } from './text-index.ts';

/**
 * The entries after conflicts are settled, in the rows' order, and the owner of each slug and path. The caller may change
 * them.
 */
export type Settled = Readonly<{ entries: RegistryEntry[]; bySlug: TextIndex; byPath: TextIndex }>;

/**
 * Settles which row keeps a slug or a path that several claim: the earlier `created_at`, then the smaller slug, so that every
 * build on every replica decides alike. The others are rejected with the name of the winner. The order is kept.
 *
 * @param currentOwner the slug that serves a path now: takes precedence over the smaller slug among rows without
 *   `created_at`.
 */
export function* settleConflicts(
  rows: readonly ValidatedRow[],
  currentOwner: (path: string) => string | undefined = nobody,
): Steps<Settled> {
  const entries = rows.map(({ entry }) => entry);
  const slugs = yield* settleClaims(rows, {
    hashOf: ({ slugHash }) => slugHash,
    textOf: (place) => entries[place]?.slug,
    currentOwner: nobody,
  });
  const paths = yield* settleClaims(rows, {
    hashOf: ({ pathHash }, place) => (slugs.losers.has(place) ? null : pathHash),
    textOf: (place) => entries[place]?.definition?.path,
    currentOwner,
  });
  // A loser's path is only in its entry until that is rejected.
  const lostPaths = Array.from(
    paths.losers,
    (place) => [place, pathTaken(place, entries, paths.index, currentOwner)] as const,
  );
  for (const place of slugs.losers) reject(entries, place, slugDuplicate(place, entries, slugs.index));
  for (const [place, reason] of lostPaths) reject(entries, place, reason);
  return { entries, bySlug: slugs.index, byPath: paths.index };
}

type Claims = Readonly<{
  hashOf: (row: ValidatedRow, place: number) => number | null;
  textOf: (place: number) => string | undefined;
  currentOwner: (text: string) => string | undefined;
}>;

/** The owner of each text, and the places of the other rows that claimed it. Rows without a slug claim nothing. */
function* settleClaims(
  rows: readonly ValidatedRow[],
  { hashOf, textOf, currentOwner }: Claims,
): Steps<Readonly<{ index: TextIndex; losers: ReadonlySet<number> }>> {
  const index = createTextIndex(rows.length, textOf);
  const losers = new Set<number>();
  for (const [place, row] of rows.entries()) {
    if (isStep(place)) yield;
    const hash = hashOf(row, place);
    if (hash === null) continue;
    const holder = index.claim(hash, place);
    if (holder === place) continue;
    const text = textOf(place) ?? '';
    const other = rows[holder];
    if (text === '' || other === undefined) continue;
    const isFirst = comesBefore(row.verdict, other.verdict, () => currentOwner(text));
    if (isFirst) index.handOver(hash, holder, place);
    losers.add(isFirst ? holder : place);
  }
  return { index, losers };
}

function nobody(): undefined {
  return undefined;
}

function reject(entries: RegistryEntry[], place: number, reason: Reason): void {
  const entry = entries[place];
  if (entry === undefined) return;
  const reasons = [...entry.reasons, reason];
  entries[place] = { ...entry, status: 'rejected', definition: null, servedRow: null, reasons };
}

function slugDuplicate(place: number, entries: readonly RegistryEntry[], bySlug: TextIndex): Reason {
  const slug = entries[place]?.slug ?? '';
  const other = entries[bySlug.find(slug) ?? place];
  const isSame = other?.slugInTable === entries[place]?.slugInTable;
  const why = isSame ? '' : ': white space and invisible characters at the ends of a slug do not count';
  const message = `Another row already has the slug ${slug}${why}.`;
  return { code: 'slug_duplicate', column: 'workflow_slug', message, other_slug: slug };
}

function pathTaken(
  place: number,
  entries: readonly RegistryEntry[],
  byPath: TextIndex,
  currentOwner: (path: string) => string | undefined,
): Reason {
  const path = entries[place]?.definition?.path ?? '';
  const { slug = '', row } = entries[place] ?? {};
  const { slug: other = '', row: otherRow } = entries[byPath.find(path) ?? place] ?? {};
  const since = row?.created_at ?? null;
  // Rows of one INSERT have one created_at: none of them was there first.
  const message =
    since === (otherRow?.created_at ?? null)
      ? `${path} is claimed by ${other} and ${slug}, ${tieText(other, since, currentOwner(path))} Give ${slug} another path.`
      : `${path} is already served by ${other}, which was there first: give this row another path.`;
  return { code: 'path_taken', column: 'api_endpoint_url', message, other_slug: other };
}

/** The rule by which a row keeps a path among rows with the same `created_at`, as `comesBefore` decides. */
function tieText(kept: string, since: string | null, serving: string | undefined): string {
  if (since !== null) return `which have the same created_at: the smaller slug, ${kept}, is served.`;
  const rule =
    serving === kept ? `${kept}, which is served now, keeps it` : `the smaller slug, ${kept}, is served`;
  return `neither of which has a created_at: ${rule}.`;
}

/**
 * A row without `created_at` is older than the column, and so than every row that has one. A row that can be served comes
 * before one that cannot, so that a broken or retired row with the same slug does not take it down.
 */
function comesBefore(a: RowVerdict, b: RowVerdict, currentOwner: () => string | undefined): boolean {
  if ((a.status === 'routable') !== (b.status === 'routable')) return a.status === 'routable';
  const createdA = a.row.created_at ?? '';
  const createdB = b.row.created_at ?? '';
  if (createdA !== createdB) return createdA < createdB;
  if (createdA === '' && a.row.workflow_slug !== b.row.workflow_slug) {
    const serving = currentOwner();
    if (a.row.workflow_slug === serving) return true;
    if (b.row.workflow_slug === serving) return false;
  }
  return tieBreak(a) < tieBreak(b);
}

/** The slug; for rows with the same slug, what they route, so that the order in which rows are read never decides. */
function tieBreak({ row }: RowVerdict): string {
  return [row.workflow_slug, row.api_endpoint_url, row.modal_endpoint_url].join('\0');
}
