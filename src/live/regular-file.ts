import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A FIFO without a writer and some devices would block `open` forever. Windows has neither, nor the flag. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export class NotRegularFileError extends Error {
  override readonly name = 'NotRegularFileError';

  constructor() {
    super('It is not a regular file.');
  }
}

export class TooLargeFileError extends Error {
  override readonly name = 'TooLargeFileError';

  constructor(bytes: number, maxBytes: number) {
    super(`It has ${bytes} bytes; the limit is ${maxBytes}.`);
  }
}

/**
 * Opens a file that somebody else may have replaced with anything. The open file itself is checked, so it cannot be replaced
 * in between.
 *
 * @throws NotRegularFileError for a FIFO, a device or a directory, TooLargeFileError, and what the file system throws.
 */
export async function openRegularFile(path: string, maxBytes: number): Promise<FileHandle> {
  const file = await open(path, flags);
  try {
    assertUsable(await file.stat(), maxBytes);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The text of such a file, read at once: for what is needed before anything else. */
export function readRegularFileSync(path: string, maxBytes: number): string {
  const file = openSync(path, flags);
  try {
    assertUsable(fstatSync(file), maxBytes);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function assertUsable(facts: Stats, maxBytes: number): void {
  if (!facts.isFile()) throw new NotRegularFileError();
  if (facts.size > maxBytes) throw new TooLargeFileError(facts.size, maxBytes);
}
