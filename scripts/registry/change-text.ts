import type { Change } from '../../src/db/registry/history.ts';
import { quoted } from '../../src/json-schema/quoted.ts';

const shownChanges = 6;
const shownLength = 60;

/** What changed in a row, one line a column, for a terminal; of a row that came or went, what it holds. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  const telling = changes.filter(
    ({ column, old, new: now }) =>
      !(column === 'created_at' || column === 'workflow_slug') || (old !== null && now !== null),
  );
  const held = telling.filter(({ old, new: now }) => !(isNothing(old) && isNothing(now)));
  const lines = held.map(({ column, old, new: now }) => `${column}: ${shown(old)} -> ${shown(now)}`);
  return lines.length <= shownChanges
    ? lines
    : [...lines.slice(0, shownChanges - 1), `and ${lines.length - shownChanges + 1} columns more`];
}

function isNothing(value: string | null): boolean {
  return value === null || value === 'null';
}

/** A JSON value on one line, shortened, without what a terminal would obey. */
function shown(json: string | null): string {
  if (isNothing(json) || json === null) return 'null';
  const value: unknown = JSON.parse(json);
  const safe =
    typeof value === 'string'
      ? quoted(value)
      : quoted(json.replace(/\s+/g, ' ')).slice(1, -1).replaceAll('\\"', '"');
  return safe.length > shownLength ? `${safe.slice(0, shownLength)}…` : safe;
}
