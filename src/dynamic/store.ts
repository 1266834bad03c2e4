import type { Snapshot } from './snapshot.ts';

/** Holds the one reference that a reload swaps. Everything else about a snapshot is immutable. */
export type RegistryStore = Readonly<{
  /** The snapshot to serve from now, or undefined before the first one. Read it once a request. */
  current: () => Snapshot | undefined;
  swap: (next: Snapshot) => void;
  /** Tells of each swap from now on, at once: what takes long, the listener must put off. */
  onSwap: (listener: (next: Snapshot) => void) => void;
}>;

export function createRegistryStore(): RegistryStore {
  let snapshot: Snapshot | undefined;
  const listeners: ((next: Snapshot) => void)[] = [];
  return {
    current: () => snapshot,
    swap: (next) => {
      snapshot = next;
      for (const tell of listeners) tell(next);
    },
    onSwap: (listener) => {
      listeners.push(listener);
    },
  };
}
