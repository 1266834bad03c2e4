import { availableParallelism } from 'node:os';
import type { JsonObject } from '../../../json-schema/json.ts';
import { tooManyBodies, validationFailed } from '../body-problems.ts';
import type { Violation } from '../messages/validation-messages.ts';
import { type BodyVerdict, tooComplex } from '../request-check.ts';
import { createValidationPool, type ValidationPoolOptions } from './validation-pool.ts';

/** Contract checks in worker threads, for values that would block the event loop. */
export type ThreadedChecks = Readonly<{
  /** @throws the signal's reason. */
  checkBody: (
    schema: JsonObject,
    body: Uint8Array | null,
    withDefaultMembers: boolean,
    signal: AbortSignal,
  ) => Promise<BodyVerdict>;
  /** Returns no violations if the response could not be validated. */
  driftIn: (schema: JsonObject, body: Uint8Array) => Promise<readonly Violation[]>;
  /** Loads what the first check needs. */
  prepare: () => void;
  close: () => Promise<void>;
}>;

const noBytes = new Uint8Array();

const mebibyte = 1024 * 1024;

/** One CPU core is left to the event loop. */
export const threadDefaults: ValidationPoolOptions = {
  threads: Math.max(1, Math.min(2, availableParallelism() - 1)),
  maxWaiting: 64,
  maxWaitingSmall: 1_000,
  maxWaitMs: 5_000,
  maxHeapMb: 1_024,
  timeLimitMs: (bytes) => 10_000 + (2_000 * bytes) / mebibyte,
};

/** For checks that no caller waits for. */
const never = new AbortController().signal;

export function createThreadedChecks(options: Partial<ValidationPoolOptions> = {}): ThreadedChecks {
  const pool = createValidationPool({ ...threadDefaults, ...options });
  const texts = new WeakMap<JsonObject, string>();
  const textOf = (schema: JsonObject): string => {
    const text = texts.get(schema) ?? JSON.stringify(schema);
    texts.set(schema, text);
    return text;
  };
  return {
    checkBody: async (schema, body, withDefaultMembers, signal) => {
      const job = { kind: 'request', schema: textOf(schema), withDefaultMembers } as const;
      const outcome = await pool.validate(job, body ?? noBytes, signal);
      if (outcome.kind === 'busy') return { kind: 'unknown', problem: tooManyBodies };
      if (outcome.kind === 'failed') return { kind: 'unknown', problem: validationFailed(outcome.cause) };
      if (outcome.kind === 'too_complex' || outcome.result.kind === 'drift') return tooComplex;
      const { result } = outcome;
      if (result.kind === 'unusable') return { kind: 'unusable', error: new Error(result.why) };
      return result.kind === 'valid' ? { kind: 'valid', body: result.changed ?? body } : result;
    },
    driftIn: async (schema, body) => {
      const job = { kind: 'response', schema: textOf(schema) } as const;
      const outcome = await pool.validate(job, body, never);
      return outcome.kind === 'done' && outcome.result.kind === 'drift' ? outcome.result.violations : [];
    },
    prepare: pool.prepare,
    close: pool.close,
  };
}
