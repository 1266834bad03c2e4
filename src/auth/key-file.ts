import { utimes } from 'node:fs/promises';
import { z } from 'zod';
import type { SavedCopy } from '../live/live-table.ts';
import { errorCode } from '../live/node-errors.ts';
import { openRegularFile } from '../live/regular-file.ts';
import { replaceFile } from '../live/replace-file.ts';
import type { KeyListing } from '../schemas/key-source.ts';
import { fromFirstFormat } from './key-file-first-format.ts';

const format = 'rowgate-keys-2';
/** Over 100,000 keys. Anything larger is neither read, to protect the memory, nor written. */
const maxBytes = 64 * 1024 * 1024;
/** Clocks are set back by so much without anybody noticing; the age of a file that is further ahead is unknown. */
const maxAheadMs = 5_000;

const SavedFile = z.object({
  format: z.enum(['rowgate-keys-1', format]),
  database: z.string(),
  version: z.string(),
  /** Rows as the database returned them: each is validated on its own. */
  keys: z.array(z.unknown()),
});

/**
 * The saved keys of the same database, or null where there are none. They were last confirmed at the file's time of
 * modification. A file from the future is not used: after each start, its keys would count as fresh again.
 *
 * @param nowMs what the machine's clock shows, in milliseconds since 1970.
 * @throws Error that names the file and the remedy, where it exists and cannot be used.
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
      // Not `>` the other way round: a time that is NaN is no time.
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
      `The saved keys ${path} are not used: the file is damaged or cannot be read. It is rewritten once the database responds.`,
      { cause: error },
    );
  }
}

/** Saves the keys' hashes and scopes, mode 0600, completely or not at all. */
export async function writeKeyFile(path: string, database: string, listing: KeyListing): Promise<void> {
  const { version, rows } = listing;
  const text = JSON.stringify({ format, database, version, keys: rows });
  if (Buffer.byteLength(text) > maxBytes)
    throw new RangeError(`The keys were not saved in ${path}: they are larger than 64 MiB.`);
  await replaceFile(path, (file) => file.writeFile(text));
}

/** Marks the saved keys as current: the database has just confirmed their version. */
export async function confirmKeyFile(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}
