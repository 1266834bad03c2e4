import { utimes } from 'node:fs/promises';
import { z } from 'zod';
import type { SavedCopy } from '../live/live-table.ts';
import { errorCode } from '../live/node-errors.ts';
import { openRegularFile } from '../live/regular-file.ts';
import { replaceFile } from '../live/replace-file.ts';
import type { KeyListing } from '../schemas/key-source.ts';
import { fromFirstFormat } from './key-file-first-format.ts';

const format = 'rowgate-keys-2';
/** Enough for over 100,000 keys. A larger file is neither read, to protect memory, nor written. */
const maxBytes = 64 * 1024 * 1024;
/** Clocks may be set back by this much unnoticed; a file from further in the future has an unknown age. */
const maxAheadMs = 5_000;

const SavedFile = z.object({
  format: z.enum(['rowgate-keys-1', format]),
  database: z.string(),
  version: z.string(),
  /** Rows as returned by the database; each is validated on its own. */
  keys: z.array(z.unknown()),
});

/**
 * Reads the saved keys of this database; null if there are none. They were last confirmed at the file's time of modification.
 * A file from the future is not used: after each start, its keys would count as fresh again.
 *
 * @param nowMs the machine's time in milliseconds since 1970.
 * @throws Error that names the file and the fix, if it exists but cannot be used.
 */
export async function readKeyFile(
  path: string,
  database: string,
  nowMs: number,
): Promise<SavedCopy<KeyListing> | null> {
  try {
    const file = await openRegularFile(path, maxBytes);
    try {
      const { mtimeMs } = await file.stat();
      const saved = SavedFile.parse(JSON.parse(await file.readFile('utf8')));
      if (saved.database !== database) return null;
      // Written so that a time that is NaN is refused.
      if (!(mtimeMs <= nowMs + maxAheadMs))
        throw new Error("it was saved in the future, so its age is unknown; check the machine's clock");
      const rows = saved.format === format ? saved.keys : saved.keys.map(fromFirstFormat);
      return { content: { version: saved.version, rows }, confirmedAtMs: mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new Error(
      `The saved keys in ${path} are not used: the file is damaged or cannot be read. It is rewritten once the database responds.`,
      { cause: error },
    );
  }
}

/** Saves the keys' hashes and scopes atomically, with mode 0600. */
export async function writeKeyFile(path: string, database: string, listing: KeyListing): Promise<void> {
  const { version, rows } = listing;
  const text = JSON.stringify({ format, database, version, keys: rows });
  if (Buffer.byteLength(text) > maxBytes)
    throw new RangeError(
      `The keys were not saved in ${path}: they are larger than 64 MiB. Delete keys that are no longer used.`,
    );
  await replaceFile(path, (file) => file.writeFile(text));
}

/** Marks the saved keys as current: the database has just confirmed their version. */
export async function confirmKeyFile(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}
