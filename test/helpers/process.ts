import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyEmbeddedHome, killEmbedded } from './embedded-home.ts';
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

const runningIn = new Map<string, Set<RunningProcess>>();

/** Runs a script of the project with this Node in a directory, with nothing configured but `env`, and no key asked for. */
export function runScript(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): RunningProcess {
  const { PATH = '', HOME = '', GLIBC_TUNABLES = '' } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH, HOME, GLIBC_TUNABLES, AUTH: 'off', NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0));
  });
  const running = { child, output: () => text, exited, kill: (signal: NodeJS.Signals) => child.kill(signal) };
  const inDirectory = runningIn.get(cwd) ?? new Set();
  runningIn.set(cwd, inDirectory.add(running));
  void exited.then(() => inDirectory.delete(running));
  return running;
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
 * What a failed test left running in it ends before it is removed: the processes, and the embedded database, which outlives them.
 */
export async function temporaryDirectory(
  prefix = 'rowgate-run-',
): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  await chmod(path, 0o711);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await endAll(path);
      await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

async function endAll(directory: string): Promise<void> {
  for (const running of runningIn.get(directory) ?? []) {
    running.kill('SIGKILL');
    await running.exited;
  }
  runningIn.delete(directory);
  await killEmbedded(dataOf(directory));
}

/** Ends what tests left running in directories that they did not remove, as one that times out does not. */
export async function endLeftProcesses(): Promise<void> {
  for (const directory of runningIn.keys()) await endAll(directory);
}

/** A directory in which the embedded database was started before, with nothing in it. */
export async function directoryWithDatabase(): ReturnType<typeof temporaryDirectory> {
  const directory = await temporaryDirectory();
  await copyEmbeddedHome(dataOf(directory.path));
  return directory;
}

const dataOf = (directory: string): string => join(directory, '.data');

/** The URL of the embedded database that runs in a directory, from the password file that it leaves for psql. */
export async function embeddedUrl(cwd: string): Promise<string> {
  const line =
    (await readFile(join(dataOf(cwd), 'postgres.passfile'), 'utf8')).trim().split('\n').at(-1) ?? '';
  const [host, port, , user, password] = line.split(':');
  return `postgres://${user}:${password}@${host}:${port}/rowgate`;
}
