import type { ErrorCode } from './errors.ts';

/** Everything that can happen and that somebody may want to know. logger.ts renders it; nobody else writes logs. */
export type Observation =
  | Readonly<{ kind: 'database_starting' }>
  | Readonly<{
      kind: 'database_started';
      port: number;
      adopted: boolean;
      created: boolean;
      durationMs: number;
    }>
  | Readonly<{ kind: 'database_stopped' }>
  | Readonly<{ kind: 'database_connection_lost'; error: unknown }>
  | Readonly<{ kind: 'migration_applied'; file: string }>
  | Readonly<{ kind: 'demo_registry_loaded'; rows: number }>
  | Readonly<{ kind: 'simulator_started'; origin: string }>
  | Readonly<{
      kind: 'registry_swapped';
      snapshot: Readonly<{
        version: string;
        rows: number;
        mounted: number;
        warned: number;
        rejected: number;
        stale: number;
      }>;
      durationMs: number;
    }>
  | Readonly<{ kind: 'registry_out_of_sync'; error: unknown }>
  | Readonly<{ kind: 'registry_back_in_sync'; awayMs: number }>
  | Readonly<{ kind: 'listener_state'; state: string; error?: unknown }>
  | Readonly<{ kind: 'snapshot_file_used'; version: string; savedAt: string }>
  | Readonly<{ kind: 'snapshot_file_refused'; reason: string }>
  | Readonly<{
      kind: 'snapshot_file_saved';
      version: string;
      rows: number;
      bytes: number;
      durationMs: number;
    }>
  | Readonly<{ kind: 'snapshot_file_failed'; error: unknown }>
  | Readonly<{ kind: 'replica_report_failed'; error: unknown }>
  | Readonly<{
      kind: 'row_rejected';
      slug: string;
      status: 'rejected' | 'stale';
      codes: readonly string[];
      message: string;
    }>
  | Readonly<{ kind: 'keys_loaded'; count: number; invalid: number }>
  /** A column of a key that cannot be read, once per change. No member ever holds a hash. */
  | Readonly<{
      kind: 'key_invalid';
      keyId: string | null;
      name: string | null;
      column: string | null;
      cause: string;
      effect: string;
      fix: string;
    }>
  | Readonly<{ kind: 'keys_out_of_sync'; error: unknown }>
  | Readonly<{ kind: 'keys_file_failed'; error: unknown }>
  | Readonly<{ kind: 'no_keys_yet'; remedy: string }>
  | Readonly<{ kind: 'listening'; url: string }>
  | Readonly<{ kind: 'server_open' }>
  | Readonly<{
      kind: 'call_finished';
      requestId: string;
      slug: string;
      status: number;
      code: ErrorCode | null;
      upstreamMs: number;
      gatewayMs: number;
      /** Tries of the call; 0 where the function was not called. */
      attempts: number;
      cause?: unknown;
    }>
  /** A request that is not as its row's contract wants it, of a row whose contract_mode is `report`. */
  | Readonly<{ kind: 'request_off_contract'; slug: string }>
  /** A request that its row's contract could not be held against: compressed, or the contract is unusable. */
  | Readonly<{ kind: 'request_unchecked'; slug: string }>
  | Readonly<{ kind: 'answer_off_contract'; slug: string }>
  | Readonly<{ kind: 'contract_unusable'; slug: string; column: string; error: unknown }>
  | Readonly<{ kind: 'breaker_changed'; functionHost: string; state: 'open' | 'closed' }>
  | Readonly<{ kind: 'answer_cut'; requestId: string; slug: string; error: unknown }>
  | Readonly<{ kind: 'request_failed'; requestId: string; method: string; path: string; error: unknown }>
  | Readonly<{ kind: 'shutdown_started'; signal: string; graceMs: number }>
  | Readonly<{ kind: 'shutdown_forced'; why: string }>
  | Readonly<{ kind: 'shutdown_finished' }>;

/** Where observations go. Passed in everywhere; must never throw. */
export type Observe = (observation: Observation) => void;
