import type { ErrorCode } from '../errors.ts';

/** Everything that can happen and may be worth recording. Subscribers render it: logger.ts, metrics.ts. */
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
  /** The content changed, but the version counted by a trigger did not; found by comparison. */
  | Readonly<{ kind: 'table_changed_uncounted'; table: string; message: string }>
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
  /** A column of a key that cannot be parsed, once per change. No member ever contains a hash. */
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
  | Readonly<{ kind: 'keys_back_in_sync'; awayMs: number }>
  /** The usage of keys is kept, and settled later. Emitted for the first failure, not for those that follow it. */
  | Readonly<{ kind: 'key_use_not_settled'; error: unknown }>
  | Readonly<{ kind: 'key_use_settled_again' }>
  | Readonly<{ kind: 'keys_file_failed'; error: unknown }>
  | Readonly<{ kind: 'no_keys_yet'; remedy: string }>
  | Readonly<{ kind: 'keys_unknown'; remedy: string }>
  | Readonly<{ kind: 'listening'; url: string }>
  | Readonly<{ kind: 'server_open' }>
  | Readonly<{ kind: 'call_started' } & CallName>
  /** A 303 is about to be followed. Whoever has the hop can load the result, so it must never be logged. */
  | Readonly<{ kind: 'call_redirected'; hop: Readonly<{ host: string; target: string }> } & CallName>
  /** The response to the caller is known and is about to be sent. */
  | Readonly<
      {
        kind: 'call_responded';
        status: number;
        /** The error code, if the error is Rowgate's. */
        code: ErrorCode | null;
      } & CallName &
        CallDurations
    >
  | CallEnded
  /** A request that did not become a call: refused by the listener or the gate, or without a route at its path. */
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
  /** A request that does not match its row's contract, for a row whose contract_mode is `report`. */
  | Readonly<{ kind: 'request_off_contract'; slug: string }>
  /** A request that could not be validated: it is compressed, or the contract is unusable. */
  | Readonly<{ kind: 'request_unchecked'; slug: string }>
  | Readonly<{ kind: 'response_off_contract'; slug: string }>
  | Readonly<{ kind: 'contract_unusable'; slug: string; column: string; error: unknown }>
  | Readonly<{ kind: 'breaker_changed'; functionHost: string; state: 'open' | 'closed' }>
  | Readonly<{ kind: 'request_failed'; requestId: string; method: string; path: string; error: unknown }>
  | Readonly<{ kind: 'shutdown_started'; signal: string; graceMs: number }>
  | Readonly<{ kind: 'shutdown_forced'; why: string }>
  | Readonly<{ kind: 'shutdown_finished' }>;

type CallName = Readonly<{ requestId: string; slug: string }>;

/** Milliseconds to one decimal; `attempts` is how often the function was called. */
type CallDurations = Readonly<{ upstreamMs: number; gatewayMs: number; attempts: number }>;

/** Who called: the id of the key, if keys are required, and the address of the connection. */
export type CallerIdentity = Readonly<{ keyId: string | null; clientAddress: string | null }>;

/**
 * How a call ended. `whole`: the caller got the complete response of the function; `cut`: the response was cut off by an error or
 * the deadline; `abandoned`: the caller disconnected before the end; `refused`: the caller got a problem instead of a response.
 */
export const callOutcomes = ['whole', 'cut', 'abandoned', 'refused'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** Emitted once for each call, when its last byte has been sent. */
export type CallEnded = Readonly<
  {
    kind: 'call_ended';
    outcome: CallOutcome;
    /** The status that the caller got; 499 if it disconnected before. */
    status: number;
    /** The error code, if the error is Rowgate's. */
    code: ErrorCode | null;
    /** From the start to the last byte. */
    totalMs: number;
    requestBytes: number;
    responseBytes: number;
    registryVersion: string;
    /** What cut the response, or caused the error. */
    error?: unknown;
  } & CallName &
    CallDurations &
    CallerIdentity
>;

/** Receives observations. Passed in wherever they are made; must never throw. */
export type Observe = (observation: Observation) => void;

/**
 * Passes each observation to all subscribers, one after another. Ends of calls are passed on together, at the end of the turn of the event loop:
 * 30 at a time under load, so that the code and data of log and metrics are in the processor's caches for all but the first. That takes
 * 7 % off the CPU time of a call (docs/decisions/0011).
 */
export function fanOut(subscribers: readonly Observe[]): Observe {
  let ended: CallEnded[] = [];
  const passOn = (): void => {
    const together = ended;
    ended = [];
    for (const subscriber of subscribers) for (const call of together) subscriber(call);
  };
  return (observation) => {
    if (observation.kind === 'call_ended') {
      if (ended.push(observation) === 1) setImmediate(passOn);
    } else for (const subscriber of subscribers) subscriber(observation);
  };
}
