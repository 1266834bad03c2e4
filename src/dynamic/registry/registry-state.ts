import type { RegistryMode } from '../../schemas/registry-source.ts';

/** How the registry in memory relates to the one in the database. */
export type RegistryState = 'synced' | 'degraded' | 'out_of_sync' | 'never_loaded';

/** What the reloader knows about itself. Times are milliseconds on its monotonic clock. */
export type ReloaderStatus = Readonly<{
  mode: RegistryMode | null;
  /** The version whose content is served; it may be newer than the snapshot's, when a change changed nothing. */
  versionServed: string | null;
  /** The newest version that was seen in the database. */
  versionInDatabase: string | null;
  lastCheckAt: number | null;
  /** Since when the database has been unavailable, and the last error. */
  outOfSyncSince: number | null;
  lastError: unknown;
}>;

/** The state as one word for operators. A registry that was never loaded is worse than one that is unavailable. */
export function stateOf(status: ReloaderStatus, hasSnapshot: boolean, badRows: number): RegistryState {
  if (!hasSnapshot) return 'never_loaded';
  if (status.outOfSyncSince !== null) return 'out_of_sync';
  return badRows > 0 ? 'degraded' : 'synced';
}
