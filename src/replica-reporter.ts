import type { Kysely } from 'kysely';
import pTimeout from 'p-timeout';
import { isMissing } from './db/database-errors.ts';
import { removeReplica, type Replica, reportReplica } from './db/registry/replicas.ts';
import { storeVerdicts } from './db/registry/verdicts.ts';
import type { Database } from './db/tables.ts';
import type { ChangedEntry } from './dynamic/registry/changed-entries.ts';
import { createDebounce } from './live/debounce.ts';
import type { RegistryEntry } from './dynamic/registry/registry-entry.ts';
import type { Snapshot } from './dynamic/registry/snapshot.ts';
import type { Observe } from './observability/observation.ts';

export type ReplicaReporter = Readonly<{
  /** The version that this replica is now known to serve. */
  serves: (version: string) => void;
  /** Verdicts that are new with a swap. */
  swapped: (next: Snapshot, changed: readonly ChangedEntry[]) => void;
  close: () => Promise<void>;
}>;

/** Long enough for two missed reports; a replica that was killed counts as live for so long. */
const leaseSeconds = 15;
const renewMs = 5_000;
const minIntervalMs = 20;
/** A stop does not wait longer for a database that is away; the lease runs out by itself. */
const deregisterTimeoutMs = 1_000;

/**
 * Tells the database what this replica serves and what it made of each row, in the background: nothing waits for it,
 * and what could not be told is told with the next report. Where Rowgate's tables are missing it says so once.
 */
export function startReplicaReporter(
  db: Kysely<Database>,
  replica: Replica,
  observe: Observe,
  now: () => number,
): ReplicaReporter {
  let version: string | null = null;
  let isInstalled = true;
  let pendingVerdicts = new Map<string, RegistryEntry>();

  const report = async (): Promise<void> => {
    const verdicts = pendingVerdicts;
    pendingVerdicts = new Map();
    try {
      await reportReplica(db, { ...replica, version }, leaseSeconds);
      isInstalled = true;
      if (verdicts.size > 0) await storeVerdicts(db, replica.replicaId, [...verdicts.values()].map(toStored));
    } catch (error) {
      pendingVerdicts = new Map([...verdicts, ...pendingVerdicts]);
      if (isInstalled) observe({ kind: 'replica_report_failed', error });
      isInstalled = !isMissing(error);
    }
  };
  const reports = createDebounce(report, minIntervalMs, now);
  const renewal = setInterval(() => void reports.ask(), renewMs);

  return {
    serves: (served) => {
      if (served === version) return;
      version = served;
      void reports.ask();
    },
    swapped: (next, changed) => {
      // Of a first snapshot every row is new, and those who serve come first.
      setImmediate(() => {
        for (const { entry, before } of changed) {
          if (isNews(entry, before)) pendingVerdicts.set(entry.slug, entry);
        }
        // A table may change and its version not, by alter table; else `serves` is next.
        if (next.version === version) void reports.ask();
      });
    },
    close: async () => {
      clearInterval(renewal);
      await reports.close();
      await pTimeout(removeReplica(db, replica.replicaId), { milliseconds: deregisterTimeoutMs }).catch(
        () => undefined,
      );
    },
  };
}

function isNews(entry: RegistryEntry, before: RegistryEntry | undefined): boolean {
  if (before === undefined || before.hash !== entry.hash || before.status !== entry.status) return true;
  return codesOf(entry) !== codesOf(before);
}

function codesOf({ reasons, warnings }: RegistryEntry): string {
  return reasons.length + warnings.length === 0 ? '' : JSON.stringify([reasons, warnings]);
}

function toStored({ slug, hash, status, reasons, warnings }: RegistryEntry) {
  return { workflow_slug: slug, row_hash: hash, status, reasons, warnings };
}
