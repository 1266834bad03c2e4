import { createHash } from 'node:crypto';
import { type FileHandle } from 'node:fs/promises';
import { errorCode } from '../../../live/node-errors.ts';
import { fileLines, filePieces } from '../../../live/file-pieces.ts';
import { NotRegularFileError, openRegularFile, TooLargeFileError } from '../../../live/regular-file.ts';
import { replaceFile } from '../../../live/replace-file.ts';
import {
  checksumLine,
  checksumLineBytes,
  headerLine,
  parseChecksumLine,
  parseHeader,
  parseRowLine,
  rowLine,
  type SavedRow,
} from './snapshot-format.ts';

/** The registry as it was when it was last good. `savedAt` is an ISO date. */
export type SavedSnapshot = Readonly<{
  version: string;
  savedAt: string;
  rows: readonly SavedRow[];
  /** The columns that the table had, of those that are read; null if the file does not contain them. */
  columns: readonly string[] | null;
}>;

/** What is to be saved. `rows` yields `count` rows when it is written. */
export type SnapshotToSave = Readonly<{
  version: string;
  rows: Iterable<SavedRow>;
  count: number;
  columns?: readonly string[] | null;
}>;

export type SnapshotRead =
  | Readonly<{ status: 'found'; snapshot: SavedSnapshot }>
  | Readonly<{ status: 'missing' }>
  | Readonly<{ status: 'refused'; reason: string }>;

/** 50,000 rows with contracts take 125 MB. Anything larger is neither read, to protect the memory, nor written. */
const MAX_BYTES = 1024 ** 3;
const MAX_SIZE = '1 GiB';
const MAX_HEADER_BYTES = 4096;
const BATCH_ROWS = 200;
const BATCH_CHARACTERS = 512 * 1024;

const rewritten = 'it is rewritten once the registry has been read, so no action is needed';

/**
 * Reads what `writeSnapshotFile` saved for the same registry (`registryFingerprint`). The checksum is verified before
 * any row is parsed, so a damaged file costs no memory. Never throws: a file that cannot be used is refused, in one
 * sentence that names it, the cause and the remedy.
 */
export async function readSnapshotFile(path: string, registry: string): Promise<SnapshotRead> {
  const refuse = (why: string): SnapshotRead => ({
    status: 'refused',
    reason: `The saved snapshot ${path} is not used: ${why}.`,
  });
  try {
    const file = await openRegularFile(path, MAX_BYTES);
    try {
      const read = await readOpenFile(file, registry);
      return typeof read === 'string' ? refuse(read) : { status: 'found', snapshot: read };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { status: 'missing' };
    if (error instanceof NotRegularFileError)
      return refuse('it is not a regular file; move it away or set SNAPSHOT_PATH to another path');
    if (error instanceof TooLargeFileError) return refuse(`it is larger than ${MAX_SIZE}; ${rewritten}`);
    const remedy = "give Rowgate's user access to it, or set SNAPSHOT_PATH to another file";
    return refuse(`it cannot be read (${String(error)}); ${remedy}`);
  }
}

/** The snapshot, or why the file cannot be used. */
async function readOpenFile(file: FileHandle, registry: string): Promise<SavedSnapshot | string> {
  const { size } = await file.stat();
  const end = size - checksumLineBytes;
  const start = await file.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
  const headerEnd = start.buffer.indexOf('\n') + 1;
  const header = parseHeader(start.buffer.toString('utf8', 0, headerEnd));
  if (header === 'newer_format') {
    return `it was written by a newer version of Rowgate; start that version, or continue with this one: ${rewritten}`;
  }
  const damaged = (how: string) => `it is damaged (${how}); ${rewritten}`;
  if (header === 'not_a_snapshot') return damaged('its first line is not a snapshot header');
  if (!(await checksumHolds(file, end))) return damaged('its checksum does not match');
  if (header.registry !== registry) {
    return 'it belongs to another registry and will be replaced; to keep both, set SNAPSHOT_PATH to another path';
  }
  const rows: SavedRow[] = [];
  for await (const lines of fileLines(file, headerEnd, end)) {
    for (const line of lines) {
      const row = parseRowLine(line);
      if (!row) return damaged(`row ${rows.length + 1} is not a saved row`);
      rows.push(row);
    }
  }
  if (rows.length !== header.rows) return damaged(`it has ${rows.length} rows instead of ${header.rows}`);
  return { version: header.version, savedAt: header.savedAt, rows, columns: header.columns };
}

async function checksumHolds(file: FileHandle, end: number): Promise<boolean> {
  if (end <= 0) return false;
  const last = await file.read(Buffer.alloc(checksumLineBytes), 0, checksumLineBytes, end);
  const hash = createHash('sha256');
  for await (const piece of filePieces(file, 0, end)) hash.update(piece);
  return hash.digest('hex') === parseChecksumLine(last.buffer.toString());
}

/**
 * Saves a snapshot, mode 0600: after a crash at any moment the file is the old one or the new one. Each batch of rows
 * is written before the next is stringified, in the file system's own thread, so the event loop turns in between.
 *
 * @returns the size of the file.
 * @throws what the file system throws, RangeError above 1 GiB, and Error if `rows` yields another number of rows; the old
 *   file stays.
 */
export async function writeSnapshotFile(
  path: string,
  registry: string,
  { version, rows, count, columns = null }: SnapshotToSave,
): Promise<Readonly<{ bytes: number }>> {
  return replaceFile(path, async (file) => {
    const hash = createHash('sha256');
    let bytes = checksumLineBytes;
    let written = 0;
    const append = async (text: string) => {
      const data = Buffer.from(text);
      bytes += data.length;
      if (bytes > MAX_BYTES)
        throw new RangeError(`The snapshot was not saved: it is larger than ${MAX_SIZE}.`);
      hash.update(data);
      await file.appendFile(data);
    };
    await append(headerLine({ registry, version, savedAt: new Date().toISOString(), rows: count, columns }));
    for (const batch of batches(rows)) {
      written += batch.rows;
      await append(batch.text);
    }
    if (written !== count)
      throw new Error(`The snapshot was not saved: it has ${written} rows instead of ${count}.`);
    await file.appendFile(checksumLine(hash.digest('hex')));
    return { bytes };
  });
}

function* batches(saved: Iterable<SavedRow>): Generator<Readonly<{ text: string; rows: number }>> {
  let text = '';
  let rows = 0;
  for (const row of saved) {
    text += rowLine(row);
    rows += 1;
    if (rows < BATCH_ROWS && text.length < BATCH_CHARACTERS) continue;
    yield { text, rows };
    text = '';
    rows = 0;
  }
  if (rows > 0) yield { text, rows };
}
