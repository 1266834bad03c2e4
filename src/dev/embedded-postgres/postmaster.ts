import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { processExists } from '../../live/process-exists.ts';
import { errorCode, unless } from '../../live/node-errors.ts';
import { run } from './run.ts';

/** A running server according to its postmaster.pid. `startedAt` distinguishes two servers with the same pid. */
export type Postmaster = Readonly<{ pid: number; startedAt: string; port: number; ready: boolean }>;

export type DataDirState =
  | Readonly<{ state: 'unused' }>
  /** The pid in the file now belongs to another program, which would make Postgres refuse to start. */
  | Readonly<{ state: 'pid-reused'; content: string }>
  | Readonly<{ state: 'in-use'; postmaster: Postmaster }>;

export function pidFile(dataDir: string): string {
  return join(dataDir, 'postmaster.pid');
}

/**
 * Whether the data directory is in use, by its postmaster.pid. Lines: pid, data directory, start time, port, socket directory,
 * listen address, shared memory, status (src/include/utils/pidfile.h); it is written line by line while starting.
 */
export async function inspectDataDir(dataDir: string): Promise<DataDirState> {
  const content = await unless(['ENOENT'], readFile(pidFile(dataDir), 'utf8'));
  if (content === undefined) return { state: 'unused' };
  const lines = content.split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !processExists(pid)) return { state: 'unused' };
  if (!(await isServerOf(dataDir, pid))) return { state: 'pid-reused', content };
  const ready = lines[7]?.trim() === 'ready';
  return { state: 'in-use', postmaster: { pid, startedAt: lines[2] ?? '', port: Number(lines[3]), ready } };
}

/** Whether this same server is still running. */
export async function isRunning(dataDir: string, server: Postmaster): Promise<boolean> {
  const now = await inspectDataDir(dataDir);
  if (now.state !== 'in-use') return false;
  return now.postmaster.pid === server.pid && now.postmaster.startedAt === server.startedAt;
}

/**
 * Whether the process is a postgres started on this directory; true if that cannot be determined. A server whose `-D` no
 * longer exists counts, because its directory may have been renamed.
 */
async function isServerOf(dataDir: string, pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    // Readable by everyone, unlike /proc/pid/cwd: that needs CAP_SYS_PTRACE, which root in a container lacks.
    const argv =
      (await unless(['ENOENT', 'ESRCH'], readFile(`/proc/${pid}/cmdline`, 'utf8')))?.split('\0') ?? [];
    const directory = argv[argv.indexOf('-D') + 1] ?? '';
    return isPostgres(argv[0]) && (directory === dataDir || (await isGone(directory)));
  }
  const { output } = await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  const [program, directory] = output.split(' -D ');
  return isPostgres(program) && (directory?.startsWith(dataDir) ?? false);
}

async function isGone(directory: string): Promise<boolean> {
  return stat(directory).then(
    () => false,
    (error: unknown) => errorCode(error) === 'ENOENT',
  );
}

function isPostgres(program: string | undefined): boolean {
  return program !== undefined && basename(program) === 'postgres';
}
