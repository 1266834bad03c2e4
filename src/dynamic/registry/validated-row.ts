import { parseRow, type RowRules, type RowVerdict } from '../../schemas/parse-row.ts';
import { type GoodVersion, type RegistryEntry, toEntry } from './registry-entry.ts';

/**
 * A row as read, with the hash of its content and the verdict on it. It is reused from snapshot to snapshot while the row
 * is unchanged, and carries all that a build needs, so that a build over 10,000 rows follows no further references.
 */
export type ValidatedRow = Readonly<{
  slug: string;
  hash: string;
  verdict: RowVerdict;
  /** The entry of this row if it conflicts with no other row, which is nearly always the case. */
  entry: RegistryEntry;
  /** Its path, if it is routable. */
  path: string | null;
  /** The normal form of its function's URL, if it is routable. */
  functionUrl: string | null;
  /** Whether it is routable and has warnings. */
  isWarned: boolean;
}>;

/** Parses a row under the rules, and keeps the verdict with the hash of the row's content. */
export function validateRow(row: unknown, hash: string, rules: RowRules): ValidatedRow {
  return validatedRow(hash, parseRow(row, rules));
}

/** The validated row of a verdict that is known already. */
export function validatedRow(hash: string, verdict: RowVerdict): ValidatedRow {
  const entry = toEntry(hash, verdict);
  const { slug, definition, warnings } = entry;
  return {
    slug,
    hash,
    verdict,
    entry,
    path: definition?.path ?? null,
    functionUrl: definition?.functionUrl.href ?? null,
    isWarned: definition !== null && warnings.length > 0,
  };
}

/**
 * The newest version of a row that could be served, or null if the row was out of service before it went bad.
 *
 * @param earlier the earlier contents of the row, newest first; null where it was deleted.
 */
export function newestGoodVersion(earlier: readonly unknown[], rules: RowRules): GoodVersion | null {
  for (const content of earlier) {
    if (content === null) return null;
    const verdict = parseRow(content, rules);
    if (verdict.status === 'routable') return { row: verdict.row, definition: verdict.definition };
    // A row that was taken out of service on purpose must not return because it was broken later.
    if (verdict.status !== 'rejected') return null;
  }
  return null;
}
