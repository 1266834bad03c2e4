import type { Piscina } from 'piscina';
import { joinInTurns } from '../../call/large-bytes.ts';
import { maxLoopBytes } from '../loop-share.ts';
import type { ValidationResult, ValidationTask } from './validation-job.ts';
import { createWaitingLine } from './waiting-line.ts';

/** Validates values that would block the event loop, in worker threads. */
export type ValidationPool = Readonly<{
  /** @throws the signal's reason, as soon as it fires: nobody waits for the result any more. */
  validate: (job: ValidationTask, body: Uint8Array, signal: AbortSignal) => Promise<ValidationOutcome>;
  /** Loads what the first validation needs, which takes 30 ms; no thread is started. */
  prepare: () => void;
  /** Ends the threads; validations in progress fail. */
  close: () => Promise<void>;
}>;

export type ValidationOutcome =
  | Readonly<{ kind: 'done'; result: ValidationResult }>
  /** It took more time or memory than its size allows. */
  | Readonly<{ kind: 'too_complex' }>
  /** Too many bodies are waiting. */
  | Readonly<{ kind: 'busy' }>
  /** A thread died for another reason. */
  | Readonly<{ kind: 'failed'; cause: unknown }>;

export type ValidationPoolOptions = Readonly<{
  threads: number;
  /** Large bodies that may wait for a thread; they are in memory already, and counted there. */
  maxWaiting: number;
  /** The same for bodies of up to 100 KiB, which only a large contract, or much work, brings here. */
  maxWaitingSmall: number;
  maxWaitMs: number;
  /** The memory of a thread: 10 MiB of nested brackets take 340 MB when parsed, the most of any body per byte. */
  maxHeapMb: number;
  /** Milliseconds that a thread may take for a body of this size. */
  timeLimitMs: (bytes: number) => number;
  /** The module that a thread runs. */
  filename?: string;
}>;

/** Idle threads end after this time, which frees the memory that a large body took. */
const idleMs = 30_000;

/** Creates the pool. Threads are started for the first body that needs them. */
export function createValidationPool(options: ValidationPoolOptions): ValidationPool {
  const { threads, maxWaiting, maxWaitingSmall, maxWaitMs, timeLimitMs } = options;
  const line = createWaitingLine({ atOnce: threads, maxWaitMs });
  const closing = new AbortController();
  let opened: Promise<Piscina> | null = null;

  const run = async (
    job: ValidationTask,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<ValidationOutcome> => {
    opened ??= openPool(options);
    const pool = await opened;
    // A copy, since its buffer is transferred to the thread: the body itself goes to the function.
    const { buffer } = await joinInTurns([body], body.byteLength);
    signal.throwIfAborted();
    const tooLong = AbortSignal.timeout(Math.ceil(timeLimitMs(body.byteLength)));
    try {
      const result: ValidationResult = await pool.run(
        { ...job, body: buffer },
        // Aborting ends the thread; another one is started for the next body.
        { transferList: [buffer], signal: AbortSignal.any([signal, tooLong, closing.signal]) },
      );
      return { kind: 'done', result };
    } catch (cause) {
      signal.throwIfAborted();
      return tooLong.aborted || isOutOfMemory(cause) ? { kind: 'too_complex' } : { kind: 'failed', cause };
    }
  };

  return {
    validate: async (job, body, signal) => {
      const mayWait = body.byteLength > maxLoopBytes ? maxWaiting : maxWaitingSmall;
      const leave = await line.enter(signal, mayWait);
      if (leave === null) return { kind: 'busy' };
      try {
        return await run(job, body, signal);
      } finally {
        leave();
      }
    },
    prepare: () => {
      opened ??= openPool(options);
    },
    close: async () => {
      closing.abort(new Error('the gateway is shutting down'));
      await (await opened)?.destroy();
    },
  };
}

async function openPool({ threads, maxHeapMb, filename }: ValidationPoolOptions): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: filename ?? new URL('validation-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idleMs,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    // The environment contains database passwords, which validation does not need.
    env: {},
  });
  // The death of an idle thread affects no caller.
  pool.on('error', () => undefined);
  return pool;
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
