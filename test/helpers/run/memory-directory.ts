import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const memory = '/dev/shm';
const prefix = 'rowgate-tests-';
/** A whole run takes less than 1 GB at any time. A container often has 64 MB there. */
const neededBytes = 4 * 1024 ** 3;

/**
 * Has everything that tests write be written to memory, where there is room and the caller names no other place: databases are
 * cloned hundreds of times and dropped again, which takes the processor 16 ms there and 25 to 46 on a disk, and half the time, and what
 * is synced to a disk waits for all that was written to it.
 */
export function writeToMemory(): void {
  if (process.env['TMPDIR'] !== undefined || !existsSync(memory)) return;
  for (const name of readdirSync(memory)) {
    if (isLeft(name)) rmSync(join(memory, name), { recursive: true, force: true });
  }
  const { bavail, bsize } = statfsSync(memory);
  if (bavail * bsize < neededBytes) return;
  const directory = mkdtempSync(join(memory, `${prefix}${process.pid}-`));
  // As root, Postgres runs as another user, who must be able to enter.
  chmodSync(directory, 0o711);
  process.env['TMPDIR'] = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
}

/** Whether a run of ours that was killed left it. */
function isLeft(name: string): boolean {
  const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
  if (pid === undefined || existsSync(`/proc/${pid}`)) return false;
  return statSync(join(memory, name), { throwIfNoEntry: false })?.uid === process.getuid?.();
}
