import type { Observe } from '../observability/observation.ts';
import { TableFaultError, type TableProblem } from './table-fault.ts';
import type { SyncStatus } from './table-sync.ts';

/** How long a change that no version announced is reported: long enough for somebody to look in the morning. */
const reportedMs = 86_400_000;

/** What is wrong with a table as a whole. */
export type TableProblems = Readonly<{
  /** To be called when the content changed but the version did not. */
  changedUncounted: () => void;
  /** What is wrong now: why it cannot be read, and an uncounted change of the last day. */
  list: (status: SyncStatus) => readonly TableProblem[];
}>;

/** @param now milliseconds of a clock that only goes forward, as in the status. */
export function createTableProblems(table: string, observe: Observe, now: () => number): TableProblems {
  let uncountedAt: number | null = null;
  const sinceOf = (at: number): string => new Date(Date.now() - (now() - at)).toISOString();
  const message = `The content of ${table} changed but its version did not: the change bypassed the trigger rowgate_bump_version (a restored backup, a disabled trigger) and was found by comparison, up to a minute late. Make sure that the trigger is enabled: alter table ${table} enable always trigger rowgate_bump_version.`;
  return {
    changedUncounted: () => {
      uncountedAt = now();
      observe({ kind: 'table_changed_uncounted', table, message });
    },
    list: ({ outOfSyncSince, lastError }) => [
      ...(outOfSyncSince !== null && lastError instanceof Error
        ? [
            {
              table,
              code: lastError instanceof TableFaultError ? lastError.fault : ('unreadable' as const),
              message: lastError.message,
              since: sinceOf(outOfSyncSince),
            },
          ]
        : []),
      ...(uncountedAt !== null && now() - uncountedAt < reportedMs
        ? [{ table, code: 'changed_uncounted' as const, message, since: sinceOf(uncountedAt) }]
        : []),
    ],
  };
}
