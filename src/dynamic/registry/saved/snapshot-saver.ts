import { createSaver, type Saver } from '../../../live/saver.ts';
import { type SnapshotToSave, writeSnapshotFile } from './snapshot-file.ts';

export type SnapshotSaverOptions = Readonly<{
  path: string;
  /** The registry that it belongs to (`registryFingerprint`). */
  registry: string;
  minIntervalMs?: number;
  /** Neither of the two may throw. */
  onSaved?: (facts: Readonly<{ version: string; rows: number; bytes: number; durationMs: number }>) => void;
  onFailed?: (error: unknown) => void;
}>;

/** Keeps the snapshot file in step with the snapshot that is served. */
export function createSnapshotSaver(options: SnapshotSaverOptions): Saver<SnapshotToSave> {
  const { path, registry, minIntervalMs = 1000, onSaved, onFailed } = options;
  return createSaver({
    minIntervalMs,
    write: async (snapshot) => {
      const started = performance.now();
      const { bytes } = await writeSnapshotFile(path, registry, snapshot);
      const durationMs = performance.now() - started;
      onSaved?.({ version: snapshot.version, rows: snapshot.count, bytes, durationMs });
    },
    onFailed: (error) => onFailed?.(error),
  });
}
