import { parseRow, type RowRules, type RowVerdict } from '../../schemas/parse-row.ts';
import { type RegistryEntry, toEntry } from './registry-entry.ts';
import { textHash } from './text-hash.ts';

/**
 * A row as read, with its content's hash and the verdict on it. Reused from snapshot to snapshot while it is unchanged:
 * everything that a build needs is in this one object, so that a build of 10,000 rows reads nothing else of them.
 */
export type ValidatedRow = Readonly<{
  slug: string;
  /** The slug as in the table: two of these may have the same normal form. */
  slugInTable: string | null;
  hash: string;
  verdict: RowVerdict;
  /** The entry that it becomes if it conflicts with no other row, as nearly always. */
  entry: RegistryEntry;
  slugHash: number;
  /** The hashes of its path and of its function's URL; null if it is not routable. */
  pathHash: number | null;
  functionHash: number | null;
  /** Whether it is routable and has warnings. */
  isWarned: boolean;
}>;

export function validateRow(
  row: unknown,
  hash: string,
  rules: RowRules,
  slugInTable?: string | null,
): ValidatedRow {
  return validatedRow(hash, parseRow(row, rules), slugInTable);
}

export function validatedRow(
  hash: string,
  verdict: RowVerdict,
  slugInTable = verdict.row.workflow_slug,
): ValidatedRow {
  const entry = toEntry(hash, verdict, shared(slugInTable, verdict.row.workflow_slug));
  const { slug, definition, warnings } = entry;
  return {
    slug,
    slugInTable: entry.slugInTable,
    hash,
    verdict,
    entry,
    slugHash: textHash(slug),
    pathHash: definition === null ? null : textHash(definition.path),
    functionHash: definition === null ? null : textHash(definition.functionUrl.href),
    isWarned: definition !== null && warnings.length > 0,
  };
}

/** One text in memory if both are equal, as in nearly all rows. */
function shared(slugInTable: string | null, slug: string | null): string | null {
  return slugInTable === slug ? slug : slugInTable;
}
