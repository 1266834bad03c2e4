import { type ChangedEntry, changedEntries } from './changed-entries.ts';
import type { Snapshot } from './snapshot.ts';

/** Called synchronously with each swap: it must defer slow work. */
export type SwapListener = (next: Snapshot, changed: readonly ChangedEntry[]) => void;

/** Contains the one reference that a reload swaps. Everything else about a snapshot is immutable. */
export type RegistryStore = Readonly<{
  /** The snapshot to serve from now, or undefined before the first one. Read it once per request. */
  current: () => Snapshot | undefined;
  /** Serves this snapshot from now on, wherever it came from. Returns what differs from the one before. */
  swap: (next: Snapshot) => readonly ChangedEntry[];
  /** Calls the listener with each swap from now on. */
  onSwap: (listener: SwapListener) => void;
}>;

export function createRegistryStore(): RegistryStore {
  let snapshot: Snapshot | undefined;
  const listeners: SwapListener[] = [];
  return {
    current: () => snapshot,
    swap: (next) => {
      const changed = changedEntries(next, snapshot);
      snapshot = next;
      for (const listener of listeners) listener(next, changed);
      return changed;
    },
    onSwap: (listener) => {
      listeners.push(listener);
    },
  };
}
