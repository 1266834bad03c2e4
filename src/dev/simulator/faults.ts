/** Refused by the platform before any user code ran; no call is started. */
export const REFUSALS = [
  'auth-missing',
  'auth-invalid',
  'prohibited-header',
  'bad-redirect',
  'not-deployed',
  'stopped',
  'workspace-disabled',
  'spend-limit',
  'rate-limit',
  'expired',
] as const;

/** Returned by the platform after the function started. */
export const FAILURES = ['timeout', 'oom', 'internal-failure'] as const;

/** Returned by the function itself. */
export const FUNCTION_FAULTS = ['exception', 'soft-failure', 'no-docs'] as const;

/** A 303 at once; the first load of the result then succeeds, gets a 408 or is reset. */
export const CHAIN_FAULTS = ['cold-303', 'expired-result', 'reset-result'] as const;

/** Responses that break, delay or stream. */
export const WIRE_FAULTS = ['reset', 'stall', 'slow-body', 'garbage', 'truncated', 'sse'] as const;

/** Every value of the request header `x-sim-fault`. */
export const FAULTS = [
  ...REFUSALS,
  ...FAILURES,
  ...FUNCTION_FAULTS,
  ...CHAIN_FAULTS,
  ...WIRE_FAULTS,
] as const;

export type Refusal = (typeof REFUSALS)[number];
export type Failure = (typeof FAILURES)[number];
export type ChainFault = (typeof CHAIN_FAULTS)[number];
export type WireFault = (typeof WIRE_FAULTS)[number];
export type Fault = (typeof FAULTS)[number];

/** Narrows a string to one of an `as const` list. */
export function isOneOf<const Member extends string>(list: readonly Member[], text: string): text is Member {
  return list.some((member) => member === text);
}
