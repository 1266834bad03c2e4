import type { Change } from '../../src/db/registry/history.ts';
import { quoted } from '../../src/json-schema/quoted.ts';

const shownChanges = 6;
const shownLength = 60;

/** What changed in a row, one line per column, for a terminal; for an inserted or deleted row, its values. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  const relevant = changes.filter(
    ({ column, old, new: now }) =>
      !(column === 'created_at' || column === 'workflow_slug') || (old !== null && now !== null),
  );
  const filled = relevant.filter(({ old, new: now }) => !(isNull(old) && isNull(now)));
  const lines = filled.map(({ column, old, new: now }) => `${column}: ${shown(old)} -> ${shown(now)}`);
  return lines.length <= shownChanges
    ? lines
    : [...lines.slice(0, shownChanges - 1), `and ${lines.length - shownChanges + 1} more columns`];
}

function isNull(value: string | null): boolean {
  return value === null || value === 'null';
}

/** A JSON value on one line, truncated, with control characters escaped. */
function shown(json: string | null): string {
  if (isNull(json) || json === null) return 'null';
  const value: unknown = JSON.parse(json);
  const safe =
    typeof value === 'string'
      ? quoted(value)
      : quoted(json.replace(/\s+/g, ' ')).slice(1, -1).replaceAll('\\"', '"');
  return safe.length > shownLength ? `${safe.slice(0, shownLength)}…` : safe;
}
