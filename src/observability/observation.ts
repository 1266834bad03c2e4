import type { ErrorCode } from '../errors.ts';

/** Everything that can happen and that somebody may want to know. Subscribers render it: logger.ts, metrics.ts. */
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
  | Readonly<{ kind: 'call_started' } & CallName>
  /** A 303 is about to be followed. Whoever has the hop can load the result: it is for subscribers that keep it safe, never for a log. */
  | Readonly<{ kind: 'call_redirected'; hop: Readonly<{ host: string; target: string }> } & CallName>
  /** What the caller gets is known, and begins to go out. */
  | Readonly<
      {
        kind: 'call_responded';
        status: number;
        /** Of the error, where it is Rowgate's. */
        code: ErrorCode | null;
      } & CallName &
        CallDurations
    >
  | CallEnded
  /** A request that was no call: refused by the listener or the gate, or nothing is found at its path. */
  | Readonly<{
      kind: 'request_refused';
      requestId: string;
      method: string;
      path: string;
      status: number;
      code: ErrorCode;
      keyId: string | null;
      clientAddress: string | null;
    }>
  /** A request that is not as its row's contract wants it, of a row whose contract_mode is `report`. */
  | Readonly<{ kind: 'request_off_contract'; slug: string }>
  /** A request that its row's contract could not be held against: compressed, or the contract is unusable. */
  | Readonly<{ kind: 'request_unchecked'; slug: string }>
  | Readonly<{ kind: 'response_off_contract'; slug: string }>
  | Readonly<{ kind: 'contract_unusable'; slug: string; column: string; error: unknown }>
  | Readonly<{ kind: 'breaker_changed'; functionHost: string; state: 'open' | 'closed' }>
  | Readonly<{ kind: 'request_failed'; requestId: string; method: string; path: string; error: unknown }>
  | Readonly<{ kind: 'shutdown_started'; signal: string; graceMs: number }>
  | Readonly<{ kind: 'shutdown_forced'; why: string }>
  | Readonly<{ kind: 'shutdown_finished' }>;

type CallName = Readonly<{ requestId: string; slug: string }>;

/** Milliseconds to one decimal; attempts are the times that the function was called. */
type CallDurations = Readonly<{ upstreamMs: number; gatewayMs: number; attempts: number }>;

/** Who called: the id of the key, where keys are asked for, and the address of the connection. */
export type CallerIdentity = Readonly<{ keyId: string | null; clientAddress: string | null }>;

/**
 * How a call ended. `whole`: the caller got all of the function's response; `cut`: it broke off, or time was up; `abandoned`:
 * the caller left before; `refused`: the caller got a problem in place of a response.
 */
export const callOutcomes = ['whole', 'cut', 'abandoned', 'refused'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** Emitted once for each call, when its last byte is out. */
export type CallEnded = Readonly<
  {
    kind: 'call_ended';
    outcome: CallOutcome;
    /** What the caller got; 499 where it left before. */
    status: number;
    /** Of the error, where it is Rowgate's. */
    code: ErrorCode | null;
    /** From the start to the last byte. */
    totalMs: number;
    requestBytes: number;
    responseBytes: number;
    registryVersion: string;
    /** What cut the response, or is behind the error. */
    error?: unknown;
  } & CallName &
    CallDurations &
    CallerIdentity
>;

/** Where observations go. Passed in everywhere; must never throw. */
export type Observe = (observation: Observation) => void;

/** Everyone who wants to know, told one after another. */
export function fanOut(subscribers: readonly Observe[]): Observe {
  return (observation) => {
    for (const subscriber of subscribers) subscriber(observation);
  };
}
