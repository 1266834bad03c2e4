import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unless } from '../../live/node-errors.ts';
import { processExists } from '../../live/process-exists.ts';

/**
 * Creates a directory completely or not at all: `fill` receives an empty directory next to it and returns the path inside
 * it to move to `target`. If `target` exists, it is complete, no matter which process was killed when.
 *
 * @returns false if another process created `target` first; this one's directory is discarded.
 */
export async function createAtomically(
  target: string,
  fill: (temporary: string) => Promise<string>,
): Promise<boolean> {
  await sweep(target);
  const temporary = `${target}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(temporary, { mode: 0o700 });
  try {
    const complete = await fill(temporary);
    if (!(await moved(complete, target))) return false;
    await syncDirectory(dirname(target));
    return true;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  // Windows reports EPERM for a directory that exists.
  const taken = process.platform === 'win32' ? ['EPERM', 'EEXIST'] : ['ENOTEMPTY', 'EEXIST'];
  return (
    (await unless(
      taken,
      rename(from, to).then(() => true),
    )) ?? false
  );
}

/** Removes what killed processes left behind. The directory of a live process stays: it may be in use. */
async function sweep(target: string): Promise<void> {
  const prefix = `${basename(target)}.new-`;
  const left = (await readdir(dirname(target))).filter((name) => name.startsWith(prefix));
  for (const name of left) {
    if (processExists(Number(name.slice(prefix.length).split('-')[0]))) continue;
    // An orphaned initdb may still be writing to it; the next start then removes it.
    await rm(join(dirname(target), name), { recursive: true, force: true }).catch(() => {});
  }
}

/** A rename survives a power failure only if the directory is synced. Windows cannot do that, but journals renames. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
