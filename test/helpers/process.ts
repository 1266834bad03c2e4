import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** What Node compiled, kept for the next child that loads the same files: half of what starting a command takes. */
const compileCache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'rowgate-tests');

export const mainFile = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

export type RunningProcess = Readonly<{
  child: ChildProcess;
  /** Everything written so far, both streams. */
  output: () => string;
  /** The exit code, or the signal's name. */
  exited: Promise<number | NodeJS.Signals>;
  kill: (signal: NodeJS.Signals) => void;
}>;

/** Runs a script of the project with this Node in a directory, with nothing configured but `env`, and no key asked for. */
export function runScript(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): RunningProcess {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH, HOME, AUTH: 'off', NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0));
  });
  return { child, output: () => text, exited, kill: (signal) => child.kill(signal) };
}

export type StartedProcess = RunningProcess & Readonly<{ url: string }>;

/** Starts the product as `npm start` does and waits until it listens. Fails with its output if it ends instead. */
export async function startProcess(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<StartedProcess> {
  const running = runScript(mainFile, [], cwd, { PORT: '0', ...env });
  const url = await until('the process listens', () => {
    if (running.child.exitCode !== null) throw new Error(`It ended instead:\n${running.output()}`);
    return /"url":"(http:[^"]+)"/.exec(running.output())?.[1];
  });
  return { ...running, url };
}

/**
 * A directory of its own to run in, which also another user may enter (as root, Postgres runs as one).
 *
 * Removing it is tried again while a server that a failed test left behind still writes there: its ENOTEMPTY would turn the
 * test's own error into a SuppressedError, of which the report shows neither.
 */
export async function temporaryDirectory(
  prefix = 'rowgate-run-',
): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  await chmod(path, 0o711);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}

/** The URL of the embedded database that runs in a directory, from the password file that it leaves for psql. */
export async function embeddedUrl(cwd: string): Promise<string> {
  const line =
    (await readFile(join(cwd, '.data', 'postgres.passfile'), 'utf8')).trim().split('\n').at(-1) ?? '';
  const [host, port, , user, password] = line.split(':');
  return `postgres://${user}:${password}@${host}:${port}/rowgate`;
}
