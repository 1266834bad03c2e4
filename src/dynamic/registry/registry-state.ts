import type { SyncStatus } from '../../live/table-sync.ts';
import type { RegistryMode } from '../../schemas/registry-source.ts';

/** How the registry in memory relates to the one in the database. */
export type RegistryState = 'synced' | 'degraded' | 'out_of_sync' | 'never_loaded';

/** How the registry is read, and how it relates to the database. Times are milliseconds on a monotonic clock. */
export type ReloaderStatus = SyncStatus & Readonly<{ mode: RegistryMode | null }>;

/** The state as one word for operators. A registry that was never loaded is worse than one that is unavailable. */
export function stateOf(status: ReloaderStatus, hasSnapshot: boolean, badRows: number): RegistryState {
  if (!hasSnapshot) return 'never_loaded';
  // A snapshot from disk that no check has confirmed yet may be of any age.
  if (status.outOfSyncSince !== null || status.versionServed === null) return 'out_of_sync';
  return badRows > 0 ? 'degraded' : 'synced';
}
