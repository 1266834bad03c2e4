import type { Observation } from './observation.ts';

/** The fields of a log line, besides its level, time and message. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Returns the fields of an observation's log line: its members, with errors as one line, and their stack only if they may be
 * a bug in Rowgate. Null and absent members are left out, and so is whatever must never be logged.
 */
export function logFields(observation: Observation): LogFields {
  const members: Readonly<Record<string, unknown>> = observation;
  const fields: Record<string, unknown> = {};
  for (const name in members) {
    const value = members[name];
    if (name === 'kind' || name === 'hop' || value === undefined || value === null) continue;
    fields[name] = value instanceof Error ? describeError(value) : value;
  }
  if (observation.kind === 'request_failed' && observation.error instanceof Error)
    fields['stack'] = observation.error.stack;
  return fields;
}

/** Returns an error with its causes, on one line. */
export function describeError(error: Error): string {
  const cause = error.cause instanceof Error ? `; caused by ${describeError(error.cause)}` : '';
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  // A refused connection to a name with several addresses has no message of its own.
  const message =
    error instanceof AggregateError && error.message === '' ? error.errors.join(', ') : error.message;
  return `${error.name}: ${message}${code}${cause}`;
}
