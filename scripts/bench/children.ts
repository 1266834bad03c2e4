import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import type { z } from 'zod';

/** The processes that the benchmark has started. None of them outlives it. */
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
  /** Where its output goes: shown unless it is read. A number is the descriptor of an open file to write it to. */
  output?: 'read' | 'shown' | 'dropped' | number;
  /** The cores it is pinned to, as for `taskset -c`; any core by default. */
  cores?: string | undefined;
}>;

const stopMs = 20_000;
const stdoutOf = { read: 'pipe', shown: 'inherit', dropped: 'ignore' } as const;

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
    start: (file, { env = {}, settings, execArgv = [], output = 'dropped', cores }) => {
      const { PATH = '', HOME = '' } = process.env;
      const stdout = typeof output === 'number' ? output : stdoutOf[output];
      const child = fork(file, {
        env: { PATH, HOME, SETTINGS: JSON.stringify(settings ?? {}), ...env },
        ...commandOn(cores, execArgv),
        stdio: ['ignore', stdout, 'inherit', 'ipc'],
      });
      running.add(child);
      // A message to a child that has exited: messageOf reports it to whoever waits for the reply.
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

/** taskset becomes the program that it starts: process id and channel stay the same. */
function commandOn(
  cores: string | undefined,
  execArgv: readonly string[],
): Pick<ForkOptions, 'execPath' | 'execArgv'> {
  if (cores === undefined) return { execArgv: [...execArgv] };
  return { execPath: 'taskset', execArgv: ['-c', cores, process.execPath, ...execArgv] };
}

/** The next message of a child. Rejects if the child exits, stays silent for too long, or sends something else. */
export async function messageOf<T>(child: ChildProcess, shape: z.ZodType<T>, withinMs: number): Promise<T> {
  const hasEnded = (): Error =>
    new Error(
      `${child.spawnargs.join(' ')} ended (${child.exitCode ?? child.signalCode}) instead of sending a message`,
    );
  if (!child.connected) throw hasEnded();
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(withinMs)]);
  // Not 'exit', which may be emitted before its last message is read.
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
