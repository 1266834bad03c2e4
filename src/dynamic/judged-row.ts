import { parseRow, type RowRules, type RowVerdict } from '../schemas/parse-row.ts';
import type { RegistryRow } from '../schemas/registry-row.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';

/** A row as read, with its content's hash and the verdict on it. Reused from snapshot to snapshot while it is unchanged. */
export type JudgedRow = Readonly<{ slug: string; hash: string; verdict: RowVerdict }>;

/** A version of a row that could be served: what a row that went bad falls back on. */
export type GoodVersion = Readonly<{ row: RegistryRow; definition: RouteDefinition }>;

export function judgeRow(row: unknown, hash: string, rules: RowRules): JudgedRow {
  const verdict = parseRow(row, rules);
  return { slug: verdict.row.workflow_slug ?? '', hash, verdict };
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
