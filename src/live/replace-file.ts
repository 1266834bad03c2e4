import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { processExists } from './process-exists.ts';
import { unless } from './node-errors.ts';

/** No write takes this long; older files were left by a process on another host, or by one whose pid was reused. */
const ABANDONED_MS = 3_600_000;

/** Containers that share a volume differ in host name; their pids mean nothing to each other, and most are pid 1. */
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Temporary files that this process is writing. */
const underWay = new Set<string>();

/**
 * Replaces a file completely or not at all, readable by its owner only: `fill` writes a temporary file next to it, which is
 * synced and renamed. Whenever the process is killed or the power fails, the file has the old content or the new one.
 *
 * @throws what `fill` or the file system throws; then the old file is untouched and the temporary one is removed.
 */
export async function replaceFile<T>(path: string, fill: (file: FileHandle) => Promise<T>): Promise<T> {
  const directory = dirname(path);
  // One level, and not `recursive`: if a parent cannot contain directories (/proc), Node's recursive mkdir never returns.
  await unless(['EEXIST'], mkdir(directory));
  // Before writing: on a full disk, files that killed processes left may take the space that is needed.
  await sweep(path);
  const temporary = `${path}.new-${host}-${process.pid}-${randomBytes(4).toString('hex')}`;
  underWay.add(basename(temporary));
  try {
    const result = await writeNew(temporary, fill);
    await rename(temporary, path);
    await syncDirectory(directory);
    return result;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  } finally {
    underWay.delete(basename(temporary));
  }
}

async function writeNew<T>(path: string, fill: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'wx', 0o600);
  try {
    const result = await fill(file);
    await file.sync();
    return result;
  } finally {
    await file.close();
  }
}

/** Removes files that killed processes left. If it cannot, the write continues. */
async function sweep(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  const prefix = `${basename(path)}.new-`;
  for (const name of names) {
    const [, owner, pid] = /^([0-9a-f]{8})-(\d+)-[0-9a-f]{8}$/.exec(name.slice(prefix.length)) ?? [];
    if (!name.startsWith(prefix) || pid === undefined || underWay.has(name)) continue;
    const left = join(dirname(path), name);
    const ended = owner === host && (Number(pid) === process.pid || !processExists(Number(pid)));
    if (ended || (await isAbandoned(left))) await rm(left, { force: true }).catch(() => {});
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > ABANDONED_MS;
}

/**
 * A rename survives a power cut only if the directory is synced. Windows cannot sync one, but journals renames; file systems
 * that cannot return these codes, which Postgres ignores as well (fd.c, fsync_fname_ext).
 */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const cannot = ['EACCES', 'EISDIR', 'EBADF', 'EINVAL'];
  const directory = await unless(cannot, open(path));
  try {
    await unless(cannot, directory?.sync() ?? Promise.resolve());
  } finally {
    await directory?.close();
  }
}
