import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SavedSnapshot } from './saved/snapshot-file.ts';
import type { SavedRow } from './saved/snapshot-format.ts';
import { readText } from '../../schemas/columns/read-value.ts';
import { parseRow, type RowRules } from '../../schemas/parse-row.ts';
import { buildSnapshot, type LastKnownGood, type Snapshot } from './snapshot.ts';
import { type ValidatedRow, validateRow } from './validated-row.ts';

/** Rows validated between two turns of the event loop: about 10 ms with contracts, under 10 ms without. */
const rowsPerTurn = 500;

/**
 * The snapshot of a saved file, parsed again under the current configuration; in batches, so that a late response of the
 * database is handled meanwhile.
 */
export async function restoreSnapshot(saved: SavedSnapshot, rules: RowRules): Promise<Snapshot> {
  const validated: ValidatedRow[] = [];
  for (const { row, hash } of saved.rows) {
    validated.push(validateRow(row, hash, rules));
    if (validated.length % rowsPerTurn === 0) await nextTurn();
  }
  return buildSnapshot(saved.version, validated, savedLastKnownGood(saved, rules));
}

/** The good versions and the owners of paths in a saved snapshot. Rows are parsed on demand. */
export function savedLastKnownGood(saved: SavedSnapshot, rules: RowRules): LastKnownGood {
  const bySlug = new Map<unknown, SavedRow>(
    saved.rows.map((savedRow) => [readText(savedRow.row['workflow_slug']), savedRow]),
  );
  const lastGood: LastKnownGood['lastGood'] = (slug) => {
    const savedRow = bySlug.get(slug);
    if (savedRow === undefined || !savedRow.served) return null;
    const verdict = parseRow(savedRow.goodRow ?? savedRow.row, rules);
    return verdict.status === 'routable' ? { row: verdict.row, definition: verdict.definition } : null;
  };
  let slugByPath: ReadonlyMap<string, string> | undefined;
  return {
    lastGood,
    currentOwner: (path) => {
      slugByPath ??= restoredPaths(saved, rules);
      return slugByPath.get(path);
    },
  };
}

function restoredPaths(saved: SavedSnapshot, rules: RowRules): ReadonlyMap<string, string> {
  const slugByPath = new Map<string, string>();
  for (const { row, goodRow, served } of saved.rows) {
    if (!served) continue;
    const verdict = parseRow(goodRow ?? row, rules);
    if (verdict.status === 'routable') slugByPath.set(verdict.definition.path, verdict.definition.slug);
  }
  return slugByPath;
}
