import type { Violation } from '../messages/validation-messages.ts';
import type { BodyVerdict } from '../request-check.ts';

/** A body or a response to be validated in a worker thread, as posted to it. */
export type ValidationJob = ValidationTask & Readonly<{ body: ArrayBuffer }>;

export type ValidationTask = Readonly<{
  /** The contract column as JSON: the worker keeps what it compiled by this text. */
  schema: string;
}> &
  (Readonly<{ kind: 'request'; withDefaultMembers: boolean }> | Readonly<{ kind: 'response' }>);

/** The result that the worker posts back. */
export type ValidationResult =
  /** `changed`: what goes to the function in place of the body; null if that is the body itself. */
  | Readonly<{ kind: 'valid'; changed: Uint8Array | null }>
  | Extract<BodyVerdict, { kind: 'invalid' }>
  /** The contract cannot be compiled. */
  | Readonly<{ kind: 'unusable'; why: string }>
  /** Of a response. */
  | Readonly<{ kind: 'drift'; violations: readonly Violation[] }>;
