import type { RowRules } from '../../schemas/parse-row.ts';
import type { RegistryDifference, RegistryListing } from '../../schemas/registry-source.ts';
import { insertionIndex } from '../../schemas/insertion-index.ts';
import { type ValidatedRow, validateRow } from './validated-row.ts';

/** All rows of a listing, in its order. Rows whose hash is known are reused; the others were validated as they arrived. */
export function listedRows(
  { hashes, rows }: Pick<RegistryListing<ValidatedRow>, 'hashes' | 'rows'>,
  known: readonly ValidatedRow[],
): readonly ValidatedRow[] {
  const byHash = new Map(known.map((row) => [row.hash, row]));
  return hashes.map(({ slug, hash }) => {
    const row = byHash.get(hash) ?? rows.get(hash);
    if (row === undefined) throw new Error(`The row ${slug} was listed but not read. This is a bug.`);
    return row;
  });
}

/** The rows after a difference, still sorted by slug. Returns `known` itself if nothing differs after all. */
export function applyDifference(
  known: readonly ValidatedRow[],
  { slugs, rows }: RegistryDifference,
  rules: RowRules,
): readonly ValidatedRow[] {
  const before: ValidatedRow[] = [];
  const next: ValidatedRow[] = [];
  for (const row of known) (isTouched(row, slugs) ? before : next).push(row);
  const beforeByHash = new Map(before.map((row) => [row.hash, row]));
  if (before.length === rows.length && rows.every(({ hash }) => beforeByHash.has(hash))) return known;
  for (const { slug, hash, row } of rows) {
    const validated = beforeByHash.get(hash) ?? validateRow(row, hash, rules, slug);
    // A binary search: comparing slugs with all of 10,000 rows takes longer than everything else about a change.
    next.splice(insertionIndex(next, sortKey(validated), sortKey), 0, validated);
  }
  return next;
}

/** By the slug as in the table: a change of `echo` does not concern a row whose slug is padded with a blank. */
function isTouched({ slugInTable }: ValidatedRow, slugs: ReadonlySet<string>): boolean {
  return slugInTable !== null && slugs.has(slugInTable);
}

/** In a listing, rows without a slug come last. */
function sortKey({ slugInTable }: ValidatedRow): string {
  return slugInTable ?? '\uffff';
}

/** Whether two readings have the same rows in the same order. */
export function isSameContent(a: readonly ValidatedRow[], b: readonly ValidatedRow[]): boolean {
  return a.length === b.length && a.every(({ hash }, index) => hash === b[index]?.hash);
}
