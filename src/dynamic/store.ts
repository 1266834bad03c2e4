import type { Snapshot } from './snapshot.ts';

/** Holds the one reference that a reload swaps. Everything else about a snapshot is immutable. */
export type RegistryStore = Readonly<{
  /** The snapshot to serve from now, or undefined before the first one. Read it once a request. */
  current: () => Snapshot | undefined;
  swap: (next: Snapshot) => void;
}>;

export function createRegistryStore(): RegistryStore {
  let snapshot: Snapshot | undefined;
  return {
    current: () => snapshot,
    swap: (next) => {
      snapshot = next;
    },
  };
}
