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
  | Readonly<{ kind: 'migration_applied'; name: string }>
  | Readonly<{ kind: 'demo_registry_loaded'; rows: number }>
  | Readonly<{ kind: 'simulator_started'; origin: string }>
  | Readonly<{
      kind: 'registry_loaded';
      version: string;
      rows: number;
      mounted: number;
      warned: number;
      rejected: number;
      durationMs: number;
    }>
  | Readonly<{ kind: 'row_rejected'; slug: string; codes: readonly string[]; message: string }>
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
      cause?: unknown;
    }>
  | Readonly<{ kind: 'answer_cut'; requestId: string; slug: string; error: unknown }>
  | Readonly<{ kind: 'request_failed'; requestId: string; method: string; path: string; error: unknown }>
  | Readonly<{ kind: 'shutdown_started'; signal: string; graceMs: number }>
  | Readonly<{ kind: 'shutdown_forced'; why: string }>
  | Readonly<{ kind: 'shutdown_finished' }>;

/** Where observations go. Passed in everywhere; must never throw. */
export type Observe = (observation: Observation) => void;
