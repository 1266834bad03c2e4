import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import type { z } from 'zod';

/** Processes that the benchmark started. None of them outlives it. */
export type Children = AsyncDisposable &
  Readonly<{
    /** Runs a script with this Node, its settings as JSON in `SETTINGS`. */
    start: (file: string, options: ChildOptions) => ChildProcess;
    stop: (child: ChildProcess, signal?: NodeJS.Signals) => Promise<void>;
  }>;

export type ChildOptions = Readonly<{
  env?: Readonly<Record<string, string>>;
  settings?: unknown;
  execArgv?: readonly string[];
  /** What it says is shown where it is not read. */
  output?: 'read' | 'shown' | 'dropped';
}>;

const stopMs = 20_000;
const stdioOf = {
  read: ['ignore', 'pipe', 'inherit', 'ipc'],
  shown: ['ignore', 'inherit', 'inherit', 'ipc'],
  dropped: ['ignore', 'ignore', 'inherit', 'ipc'],
} as const satisfies Record<string, ForkOptions['stdio']>;

export function keepChildren(): Children {
  const running = new Set<ChildProcess>();
  const stop = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const kill = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(kill);
  };
  return {
    start: (file, { env = {}, settings, execArgv = [], output = 'dropped' }) => {
      const { PATH = '', HOME = '' } = process.env;
      const child = fork(file, {
        env: { PATH, HOME, SETTINGS: JSON.stringify(settings ?? {}), ...env },
        execArgv: [...execArgv],
        stdio: [...stdioOf[output]],
      });
      running.add(child);
      // A message to one that has ended: who waits for its answer is told.
      child.on('error', () => undefined);
      child.once('exit', () => running.delete(child));
      return child;
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map((child) => stop(child, 'SIGKILL')));
    },
  };
}

/** The next message of a child. Rejects where it ends instead, is silent for so long, or says something else. */
export async function messageOf<T>(child: ChildProcess, shape: z.ZodType<T>, withinMs: number): Promise<T> {
  const hasEnded = (): Error =>
    new Error(
      `${child.spawnargs.join(' ')} ended (${child.exitCode ?? child.signalCode}) instead of answering`,
    );
  if (!child.connected) throw hasEnded();
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(withinMs)]);
  // Not its exit, which may be known before its last message is read.
  const ended = once(child, 'disconnect', { signal }).then(() => {
    throw hasEnded();
  });
  try {
    const [message]: unknown[] = await Promise.race([once(child, 'message', { signal }), ended]);
    return shape.parse(message);
  } finally {
    done.abort();
    ended.catch(() => undefined);
  }
}
