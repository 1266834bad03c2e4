import { readFile, stat, utimes } from 'node:fs/promises';
import { z } from 'zod';
import type { ApiKeyListing } from './api-keys.ts';
import { errorCode } from '../../live/node-errors.ts';
import { fromFirstFormat } from './key-file-first-format.ts';
import { replaceFile } from '../../live/replace-file.ts';

/** The keys as they were when the database last told them. */
export type SavedKeys = ApiKeyListing & Readonly<{ confirmedAt: number }>;

const format = 'rowgate-keys-2';

const SavedFile = z.object({
  format: z.enum(['rowgate-keys-1', format]),
  database: z.string(),
  version: z.string(),
  /** Rows as the database gave them: each is validated on its own. */
  keys: z.array(z.unknown()),
});

/**
 * The saved keys of the same database, or null where there are none that can be used. When they were last confirmed is
 * the file's time of modification, in milliseconds since 1970.
 *
 * @throws Error that names the file and the remedy, where it is there and cannot be used.
 */
export async function readKeyFile(path: string, database: string): Promise<SavedKeys | null> {
  try {
    const { mtimeMs } = await stat(path);
    const saved = SavedFile.parse(JSON.parse(await readFile(path, 'utf8')));
    if (saved.database !== database) return null;
    const rows = saved.format === format ? saved.keys : saved.keys.map(fromFirstFormat);
    return { version: saved.version, rows, confirmedAt: mtimeMs };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new Error(
      `The saved keys ${path} are not used: the file is damaged or cannot be read; it is written anew once the database answers.`,
      { cause: error },
    );
  }
}

/** Saves the keys' hashes and scopes, mode 0600, completely or not at all. */
export async function writeKeyFile(path: string, database: string, listing: ApiKeyListing): Promise<void> {
  const { version, rows } = listing;
  const text = JSON.stringify({ format, database, version, keys: rows });
  await replaceFile(path, (file) => file.writeFile(text));
}

/** Says that the saved keys still hold: the database has just told the same version. */
export async function confirmKeyFile(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}
