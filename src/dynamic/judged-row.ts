import { parseRow, type RowRules, type RowVerdict } from '../schemas/parse-row.ts';
import { type GoodVersion, type RegistryEntry, toEntry } from './registry-entry.ts';

/** A row as read, with its content's hash and the verdict on it. Reused from snapshot to snapshot while it is unchanged. */
export type JudgedRow = Readonly<{
  slug: string;
  hash: string;
  verdict: RowVerdict;
  /** What it comes to where no other row gets in its way: nearly always. */
  entry: RegistryEntry;
}>;

export function judgeRow(row: unknown, hash: string, rules: RowRules): JudgedRow {
  return judgedRow(hash, parseRow(row, rules));
}

export function judgedRow(hash: string, verdict: RowVerdict): JudgedRow {
  const entry = toEntry(hash, verdict);
  return { slug: entry.slug, hash, verdict, entry };
}

/** The good version in earlier contents of a row (the newest first), or null where it was out of service before. */
export function newestGoodVersion(earlier: readonly unknown[], rules: RowRules): GoodVersion | null {
  for (const content of earlier) {
    if (content === null) return null;
    const verdict = parseRow(content, rules);
    if (verdict.status === 'routable') return { row: verdict.row, definition: verdict.definition };
    // A row that was taken out of service on purpose does not come back by being broken later.
    if (verdict.status !== 'rejected') return null;
  }
  return null;
}
