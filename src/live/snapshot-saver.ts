import { type SnapshotToSave, writeSnapshotFile } from './snapshot-file.ts';

export type SnapshotSaver = Readonly<{
  /** Saves it soon; of several in one interval only the newest. */
  save(snapshot: SnapshotToSave): void;
  /** Writes what is pending now and waits for it: before the process ends. Rejects never; faults go to `onFailed`. */
  flush(): Promise<void>;
}>;

export type SaverOptions = Readonly<{
  path: string;
  registry: string;
  /** From the end of a write to the start of the next: 50 changes a second must not keep the disk busy. */
  minIntervalMs?: number;
  /** Neither of the two may throw. */
  onSaved?: (facts: Readonly<{ version: string; rows: number; bytes: number; durationMs: number }>) => void;
  onFailed?: (error: unknown) => void;
}>;

/**
 * Keeps the snapshot file in step: the first one is written at once, at most one write is under way, and the newest
 * wins. One that could not be written is not tried again; the next `save` is.
 */
export function createSnapshotSaver({
  path,
  registry,
  minIntervalMs = 1000,
  onSaved,
  onFailed,
}: SaverOptions): SnapshotSaver {
  let pending: SnapshotToSave | undefined;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let notBefore = -Infinity;

  const write = async (snapshot: SnapshotToSave) => {
    const started = performance.now();
    try {
      const { bytes } = await writeSnapshotFile(path, registry, snapshot);
      const durationMs = performance.now() - started;
      onSaved?.({ version: snapshot.version, rows: snapshot.count, bytes, durationMs });
    } catch (error) {
      onFailed?.(error);
    }
  };
  const start = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!pending || underWay) return;
    const newest = pending;
    pending = undefined;
    underWay = write(newest).finally(() => {
      underWay = undefined;
      notBefore = performance.now() + minIntervalMs;
      schedule();
    });
  };
  const schedule = () => {
    if (!pending || underWay || timer) return;
    const waitMs = notBefore - performance.now();
    if (waitMs > 0) timer = setTimeout(start, waitMs);
    else start();
  };

  return {
    save: (snapshot) => {
      pending = snapshot;
      schedule();
    },
    flush: async () => {
      await underWay;
      start();
      await underWay;
    },
  };
}
