import pTimeout from 'p-timeout';
import { createDebounce } from '../../live/debounce.ts';
import type { Observe } from '../../observability/observation.ts';
import type { ChangedEntry } from './changed-entries.ts';
import type { RegistryEntry } from './registry-entry.ts';
import type { Snapshot } from './snapshot.ts';
import type { StoredVerdict } from '../../schemas/stored-verdict.ts';

/** Where one replica is reported. Every function except `isMissing` rejects if the database cannot be reached. */
export type ReplicaRecords = Readonly<{
  /** Records the version that the replica serves, and that it lives for another lease. */
  report: (version: string | null, leaseSeconds: number) => Promise<void>;
  storeVerdicts: (verdicts: readonly StoredVerdict[]) => Promise<void>;
  /** Takes the replica off the list. */
  remove: () => Promise<void>;
  /** Whether an error means that Rowgate's tables are not installed. */
  isMissing: (error: unknown) => boolean;
}>;

export type ReplicaReporter = Readonly<{
  /** The version that this replica is now known to serve. */
  serves: (version: string) => void;
  /** Called with each swap, for verdicts that are new. */
  swapped: (next: Snapshot, changed: readonly ChangedEntry[]) => void;
  close: () => Promise<void>;
}>;

/** Long enough for two missed reports; a replica that was killed counts as live for this long. */
const leaseSeconds = 15;
const renewMs = 5_000;
const minIntervalMs = 20;
/** A stop waits no longer than this for an unavailable database; the lease expires by itself. */
const deregisterTimeoutMs = 1_000;

/**
 * Reports to the database what this replica serves and its verdict on each row, in the background: nothing waits for it, and
 * what could not be reported goes with the next report. If Rowgate's tables are missing, it logs that once.
 */
export function startReplicaReporter(
  records: ReplicaRecords,
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
      await records.report(version, leaseSeconds);
      isInstalled = true;
      if (verdicts.size > 0) await records.storeVerdicts([...verdicts.values()].map(toReported));
    } catch (error) {
      pendingVerdicts = new Map([...verdicts, ...pendingVerdicts]);
      if (isInstalled) observe({ kind: 'replica_report_failed', error });
      isInstalled = !records.isMissing(error);
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
      // In a first snapshot every row is new, and serving comes first.
      setImmediate(() => {
        for (const { entry, before } of changed) {
          if (isNews(entry, before)) pendingVerdicts.set(entry.slugInTable ?? '', entry);
        }
        // ALTER TABLE may change rows but not the version; otherwise `serves` follows.
        if (next.version === version) void reports.ask();
      });
    },
    close: async () => {
      clearInterval(renewal);
      await reports.close();
      await pTimeout(records.remove(), { milliseconds: deregisterTimeoutMs }).catch(() => undefined);
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

function toReported({ slugInTable, hash, status, reasons, warnings }: RegistryEntry): StoredVerdict {
  return { workflow_slug: slugInTable ?? '', row_hash: hash, status, reasons, warnings };
}
