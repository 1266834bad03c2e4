import { parseRow, type RowRules, type RowVerdict } from '../../schemas/parse-row.ts';
import { type RegistryEntry, toEntry } from './registry-entry.ts';
import { textHash } from './text-hash.ts';

/**
 * A row as read, with its content's hash and the verdict on it. Reused from snapshot to snapshot while it is unchanged:
 * what each build needs of it stands in this one object, so that a build over 10,000 rows looks at nothing else of them.
 */
export type ValidatedRow = Readonly<{
  slug: string;
  /** The slug as the table has it: two of them may come to one normal form. */
  slugInTable: string | null;
  hash: string;
  verdict: RowVerdict;
  /** What it comes to where no other row gets in its way: nearly always. */
  entry: RegistryEntry;
  slugHash: number;
  /** Of its path and its function's URL, where it is routable. */
  pathHash: number | null;
  functionHash: number | null;
  /** Whether it is routable and something is odd about it. */
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

/** One text in memory where both are equal, as they are in nearly all rows. */
function shared(slugInTable: string | null, slug: string | null): string | null {
  return slugInTable === slug ? slug : slugInTable;
}
