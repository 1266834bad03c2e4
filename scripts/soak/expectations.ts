import type { Fault, LocationForm } from '../../src/dev/simulator/simulator.ts';

/**
 * The outcome of a call: its status, with the code if it is a problem of Rowgate (`504 deadline_exceeded`); `cut` is a
 * connection that ended during the response, `left` a caller that disconnected.
 */
export type Outcome = string;

/** The outcomes that a fault of the function or of the platform may have (docs/modal.md, docs/errors.md). */
export const outcomesOfFault: Readonly<Record<Fault, readonly Outcome[]>> = {
  'auth-missing': ['502 upstream_auth_failed'],
  'auth-invalid': ['502 upstream_auth_failed'],
  'prohibited-header': ['502 platform_error'],
  'bad-redirect': ['502 upstream_bad_request'],
  'not-deployed': ['502 function_not_deployed'],
  stopped: ['502 function_stopped'],
  'workspace-disabled': ['502 workspace_disabled'],
  'spend-limit': ['503 spend_limit_reached'],
  'rate-limit': ['503 upstream_rate_limited'],
  expired: ['503 result_expired'],
  timeout: ['504 function_timed_out'],
  oom: ['502 function_crashed'],
  'internal-failure': ['502 platform_error'],
  exception: ['500'],
  'soft-failure': ['200'],
  'no-docs': ['200'],
  'cold-303': ['200'],
  'expired-result': ['200'],
  'reset-result': ['200'],
  reset: ['502 upstream_connection_lost'],
  stall: ['504 deadline_exceeded'],
  'slow-body': ['504 deadline_exceeded'],
  garbage: ['502 upstream_invalid_response'],
  truncated: ['502 upstream_connection_lost'],
  sse: ['200'],
};

/** A redirect that must not be followed; the others lead to the result. */
export const outcomesOfLocation: Readonly<Record<LocationForm, readonly Outcome[]>> = {
  relative: ['200'],
  'attempt-token': ['200'],
  foreign: ['502 upstream_redirected'],
  downgraded: ['502 upstream_redirected'],
  missing: ['502 upstream_redirected'],
};

/** Outcomes that a call of a wild row may always have: Rowgate protects a failing function, and itself. */
export const protections: readonly Outcome[] = [
  '503 breaker_open',
  '503 concurrency_limit_reached',
  '503 gateway_overloaded',
  '503 buffers_full',
];

/** The outcome that a call of a passing row may always have: its row is deleted. */
export const goneOutcome: Outcome = '404 route_not_found';
