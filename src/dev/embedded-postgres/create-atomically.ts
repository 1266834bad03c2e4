import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unless } from '../../live/node-errors.ts';
import { processExists } from '../../live/process-exists.ts';

/**
 * Makes a directory completely or not at all: `fill` gets an empty directory beside it and gives the path, inside
 * that one, to move to `target`. So the existence of `target` means that it is complete, whatever was killed when.
 *
 * @returns false when somebody else's `target` was there first; ours is thrown away.
 */
export async function makeWhole(
  target: string,
  fill: (temporary: string) => Promise<string>,
): Promise<boolean> {
  await sweep(target);
  const temporary = `${target}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(temporary, { mode: 0o700 });
  try {
    const whole = await fill(temporary);
    if (!(await moved(whole, target))) return false;
    await syncDirectory(dirname(target));
    return true;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  // EPERM is what Windows says of a directory that exists.
  const taken = process.platform === 'win32' ? ['EPERM', 'EEXIST'] : ['ENOTEMPTY', 'EEXIST'];
  return (
    (await unless(
      taken,
      rename(from, to).then(() => true),
    )) ?? false
  );
}

/** Removes what killed processes left. A process that still lives keeps its own: it may be at work this moment. */
async function sweep(target: string): Promise<void> {
  const prefix = `${basename(target)}.new-`;
  const left = (await readdir(dirname(target))).filter((name) => name.startsWith(prefix));
  for (const name of left) {
    if (processExists(Number(name.slice(prefix.length).split('-')[0]))) continue;
    // An orphaned initdb may still be writing into it: then the next start sweeps it.
    await rm(join(dirname(target), name), { recursive: true, force: true }).catch(() => {});
  }
}

/** A rename survives a power cut only when the directory was synced. Windows cannot, and journals it. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
