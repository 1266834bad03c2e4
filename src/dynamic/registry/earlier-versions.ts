import { parseRow, type RowRules } from '../../schemas/parse-row.ts';
import type { RegistrySource } from '../../schemas/registry-source.ts';
import type { GoodVersion } from './registry-entry.ts';
import { mayServeStale } from './stale.ts';
import type { ValidatedRow } from './validated-row.ts';

/**
 * How far back histories are read, and for how many rows in one query. Most rows are decided by the version before the
 * current one; what is read for the rest is bounded, since a version may have contracts of 256 KiB.
 */
const rounds = [
  { depth: 2, rowsAtOnce: 100 },
  { depth: 8, rowsAtOnce: 50 },
  { depth: 50, rowsAtOnce: 10 },
] as const;

/**
 * The last good versions of rejected rows, by slug, from the registry's history; a slug without one is absent. Not row by
 * row: 20,000 rejected rows delayed the first listen by 11 s.
 *
 * @param rows the rows for which no good version is known otherwise.
 */
export async function earlierGoodVersions(
  rows: readonly ValidatedRow[],
  readHistories: RegistrySource['readHistories'],
  rules: RowRules,
): Promise<ReadonlyMap<string, GoodVersion>> {
  const found = new Map<string, GoodVersion>();
  let open = rows.filter(({ entry, slugInTable }) => slugInTable !== null && mayServeStale(entry.reasons));
  for (const { depth, rowsAtOnce } of rounds) {
    const undecided: ValidatedRow[] = [];
    for (let start = 0; start < open.length; start += rowsAtOnce) {
      const batch = open.slice(start, start + rowsAtOnce);
      const histories = await readHistories(
        batch.map(({ slugInTable }) => slugInTable ?? ''),
        depth,
      );
      for (const row of batch) {
        const earlier = histories.get(row.slugInTable ?? '') ?? [];
        const good = newestGoodVersion(earlier, rules);
        if (good === 'undecided' && earlier.length >= depth) undecided.push(row);
        if (good !== null && good !== 'undecided') found.set(row.slug, good);
      }
    }
    open = undecided;
  }
  return found;
}

/**
 * The good version in earlier contents of a row (the newest first), or null if it was out of service before; undecided if all
 * of them are rejected.
 */
export function newestGoodVersion(
  earlier: readonly unknown[],
  rules: RowRules,
): GoodVersion | null | 'undecided' {
  for (const content of earlier) {
    if (content === null) return null;
    const verdict = parseRow(content, rules);
    if (verdict.status === 'routable') return { row: verdict.row, definition: verdict.definition };
    // A row that was taken out of service on purpose does not come back by being broken later.
    if (verdict.status !== 'rejected') return null;
  }
  return 'undecided';
}
