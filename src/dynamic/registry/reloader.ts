import { setImmediate as nextTurn } from 'node:timers/promises';
import { contentDigest } from '../../live/content-digest.ts';
import { inTurns } from '../../live/cooperative-task.ts';
import type { TableReader } from '../../live/table-sync.ts';
import type { Observe } from '../../observability/observation.ts';
import type { RowRules } from '../../schemas/parse-row.ts';
import { columnNames } from '../../schemas/columns/registry-columns.ts';
import type { RegistryMode, RegistrySource, RegistryTable } from '../../schemas/registry-source.ts';
import { assertColumns, assertEmptied, type KnownColumns } from './accept-table.ts';
import { earlierGoodVersions } from './earlier-versions.ts';
import { observeSwap } from './observe-swap.ts';
import { applyDifference, isSameContent, listedRows } from './registry-memory.ts';
import { buildSteps, type LastKnownGood, lastKnownGoodOf, type Snapshot } from './snapshot.ts';
import type { RegistryStore } from './store.ts';
import { type ValidatedRow, validateRow } from './validated-row.ts';

export type ReloaderOptions = Readonly<{
  source: RegistrySource;
  store: RegistryStore;
  rules: RowRules;
  observe: Observe;
  /** The table's name, for messages. */
  table: string;
  /** What a first build falls back on, from the saved snapshot. */
  savedLastKnownGood: () => Promise<LastKnownGood | null>;
  /** What the saved snapshot records about the table; null if there is none. */
  savedTable: () => Promise<Readonly<{ rows: number; columns: readonly string[] | null }> | null>;
  /** Called when the content changed but the version, which a trigger counts, did not. */
  onUncounted: () => void;
  /** Called in the turn after a snapshot that was read from the database went into service. */
  onLoaded: (next: Snapshot) => void;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

export type Reloader = TableReader &
  Readonly<{
    /** How the registry shows that it changed; null before it was read. */
    mode: () => RegistryMode | null;
    /** The columns that the table has, of those that are read; null before it was read. */
    columns: () => readonly string[] | null;
  }>;

/**
 * Reads the registry into the store: read, validate, build anew, compare, swap. After a failure, the last good snapshot
 * stays.
 */
export function createReloader(options: ReloaderOptions): Reloader {
  const { source, store, rules, observe, table, now } = options;
  let validated: readonly ValidatedRow[] = [];
  let mode: RegistryMode | null = null;
  let hasLoaded = false;
  let loadedTable: Readonly<{ id: string | null; columns: KnownColumns }> | null = null;
  /** What was loaded last: if the content differs while both are the same, the change bypassed the counter. */
  let loaded: Readonly<{ version: string; structure: string | null }> | null = null;
  let digested: Readonly<{ rows: readonly ValidatedRow[]; digest: string }> | null = null;

  const swap = async (version: string, rows: readonly ValidatedRow[], startedAt: number): Promise<void> => {
    const current = store.current();
    const lastKnownGood = await completeLastKnownGood(
      rows,
      current === undefined ? await options.savedLastKnownGood() : lastKnownGoodOf(current),
      current,
    );
    const next = await inTurns(buildSteps(version, rows, lastKnownGood), now);
    validated = rows;
    const changed = store.swap(next);
    observeSwap(next, changed, now() - startedAt, observe);
    await nextTurn();
    options.onLoaded(next);
  };

  /** At the start, good versions that the saved snapshot does not contain are looked up in the registry's history. */
  const completeLastKnownGood = async (
    rows: readonly ValidatedRow[],
    known: LastKnownGood | null,
    current: Snapshot | undefined,
  ): Promise<LastKnownGood> => {
    const unknown =
      current === undefined
        ? rows.filter(({ slug, verdict }) => verdict.status === 'rejected' && !known?.lastGood(slug))
        : [];
    const found = await earlierGoodVersions(unknown, source.readHistories, rules);
    return {
      lastGood: (slug) => known?.lastGood(slug) ?? found.get(slug) ?? null,
      currentOwner: (path) => known?.currentOwner(path),
    };
  };

  /** If another table has taken its place, only the required columns are known. */
  const knownColumns = async ({ id, recordedColumns }: RegistryTable): Promise<KnownColumns | null> => {
    if (loadedTable !== null) return loadedTable.id === id ? loadedTable.columns : null;
    const saved = (await options.savedTable())?.columns;
    return new Map((saved ?? (await recordedColumns())).map((name) => [name, null]));
  };

  const rowsBefore = async (): Promise<number> =>
    hasLoaded ? validated.length : ((await options.savedTable())?.rows ?? 0);

  const digestInMemory = async (): Promise<string> => {
    if (digested?.rows !== validated) {
      const rows = validated;
      digested = { rows, digest: await inTurns(contentDigest(rows), now) };
    }
    return digested.digest;
  };

  return {
    mode: () => mode,
    columns: () => {
      const columns = loadedTable?.columns;
      return columns === undefined ? null : columnNames.filter((name) => columns.has(name));
    },
    readVersion: source.readVersion,
    compareContent: async () => {
      const inMemory = await digestInMemory();
      const { version, digest } = await source.readDigest();
      return { version, isSame: digest === inMemory };
    },
    loadAll: async () => {
      const startedAt = now();
      const known = new Set(validated.map(({ hash }) => hash));
      let found = loadedTable;
      const listing = await source.readListing(
        known,
        (row, hash, slug) => validateRow(row, hash, rules, slug),
        async (read) => {
          assertColumns(table, read.columns, await knownColumns(read));
          found = { id: read.id, columns: read.columns };
        },
      );
      const { version, structure } = listing;
      if (listing.hashes.length === 0) assertEmptied(table, await source.readEmptiness(), await rowsBefore());
      const rows = listedRows(listing, validated);
      const isSame = hasLoaded && isSameContent(rows, validated);
      if (!isSame && loaded?.version === version && loaded.structure === structure) options.onUncounted();
      mode = listing.mode;
      loadedTable = found;
      if (!isSame) await swap(version, rows, startedAt);
      hasLoaded = true;
      loaded = { version, structure };
      return version;
    },
    loadChanges: async (sinceVersion) => {
      const startedAt = now();
      const difference = await source.readDifference(sinceVersion);
      if (difference === null) return null;
      const rows = applyDifference(validated, difference, rules);
      // Only `loadAll` checks whether an empty table is meant to be empty.
      if (rows.length === 0) return null;
      if (loaded !== null) loaded = { ...loaded, version: difference.version };
      if (rows !== validated) await swap(difference.version, rows, startedAt);
      return difference.version;
    },
  };
}
