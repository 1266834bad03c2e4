import type { RowRules } from '../../schemas/parse-row.ts';
import type { RegistryDifference, RegistryListing } from '../../schemas/registry-source.ts';
import { type ValidatedRow, validateRow } from './validated-row.ts';

/** All rows of a listing, in its order. Rows whose hash is known keep their judgement; the others were judged as they arrived. */
export function listedRows(
  { hashes, rows }: RegistryListing<ValidatedRow>,
  known: readonly ValidatedRow[],
): readonly ValidatedRow[] {
  const byHash = new Map(known.map((judged) => [judged.hash, judged]));
  return hashes.map(({ slug, hash }) => {
    const judged = byHash.get(hash) ?? rows.get(hash);
    if (judged === undefined) throw new Error(`The row ${slug} was listed and not read, which is a bug.`);
    return judged;
  });
}

/** The rows after a difference, still in the order of slugs. Gives `known` itself where nothing differs after all. */
export function applyDifference(
  known: readonly ValidatedRow[],
  { slugs, rows }: RegistryDifference,
  rules: RowRules,
): readonly ValidatedRow[] {
  const before: ValidatedRow[] = [];
  const next: ValidatedRow[] = [];
  for (const judged of known) (slugs.has(judged.slug) ? before : next).push(judged);
  const hashesBefore = new Map(before.map((judged) => [judged.hash, judged]));
  if (before.length === rows.length && rows.every(({ hash }) => hashesBefore.has(hash))) return known;
  for (const { hash, row } of rows) {
    const judged = hashesBefore.get(hash) ?? validateRow(row, hash, rules);
    next.splice(placeOf(judged.slug, next), 0, judged);
  }
  return next;
}

/** Whether two readings hold the same rows. */
export function isSameContent(a: readonly ValidatedRow[], b: readonly ValidatedRow[]): boolean {
  return a.length === b.length && a.every((judged, index) => judged.hash === b[index]?.hash);
}

/** By halving: comparing slugs with all of 10,000 rows takes longer than everything else about a change. */
function placeOf(slug: string, rows: readonly ValidatedRow[]): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.slug ?? '') < slug) low = middle + 1;
    else high = middle;
  }
  return low;
}
