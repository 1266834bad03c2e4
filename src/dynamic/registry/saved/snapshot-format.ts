import { isJsonObject, type JsonObject } from '../../../json-schema/json.ts';

/** One registry row as saved: the row as it is now, its content hash, and what is served for it. */
export type SavedRow = Readonly<{
  row: JsonObject;
  hash: string;
  /** Whether it is served: a row that lost its path to another may look as good as the one that won. */
  served: boolean;
  /** What is served instead of the row while it is stale. */
  goodRow: JsonObject | null;
}>;

/** First line of the file. */
export type SnapshotHeader = Readonly<{
  registry: string;
  version: string;
  savedAt: string;
  rows: number;
  /** The columns that the table had, of those that are read; null in files from before they were saved. */
  columns: readonly string[] | null;
}>;

const format = 'rowgate-snapshot';
const formatVersion = 1;

/** The last line has one length, so it is found from the end: `{"sha256":"` + 64 hex digits + `"}` + line feed. */
export const checksumLineBytes = 78;

export function headerLine({ registry, version, savedAt, rows, columns }: SnapshotHeader): string {
  const header = { format, format_version: formatVersion, registry, version, saved_at: savedAt, rows };
  return `${JSON.stringify(columns === null ? header : { ...header, columns })}\n`;
}

export function rowLine({ row, hash, served, goodRow }: SavedRow): string {
  return `${JSON.stringify(goodRow === null ? { row, hash, served } : { row, hash, served, good_row: goodRow })}\n`;
}

export function checksumLine(sha256: string): string {
  return `{"sha256":"${sha256}"}\n`;
}

/** Why a first line is not a header that this version reads. */
export type HeaderFault = 'not_a_snapshot' | 'newer_format';

export function parseHeader(line: string): SnapshotHeader | HeaderFault {
  const header = parseObject(line);
  if (header?.['format'] !== format) return 'not_a_snapshot';
  const { format_version: written, registry, version, saved_at: savedAt, rows } = header;
  if (typeof written === 'number' && written > formatVersion) return 'newer_format';
  if (written !== formatVersion || typeof registry !== 'string' || typeof version !== 'string') {
    return 'not_a_snapshot';
  }
  if (typeof savedAt !== 'string' || Number.isNaN(Date.parse(savedAt))) return 'not_a_snapshot';
  if (typeof rows !== 'number' || !Number.isSafeInteger(rows) || rows < 0) return 'not_a_snapshot';
  return { registry, version, savedAt, rows, columns: textsOf(header['columns']) };
}

function textsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}

/** The row in a line, or undefined if it is not one. Members that a later version may add are ignored. */
export function parseRowLine(line: string): SavedRow | undefined {
  const saved = parseObject(line);
  if (!saved) return undefined;
  // The row itself is never spread: its `__proto__` stays the own member that JSON.parse made.
  const { row, hash, served, good_row: goodRow = null } = saved;
  if (row === undefined || !isJsonObject(row) || typeof hash !== 'string') return undefined;
  if (typeof served !== 'boolean') return undefined;
  return goodRow === null || isJsonObject(goodRow) ? { row, hash, served, goodRow } : undefined;
}

/** The checksum in the last line, or undefined if it is not such a line. */
export function parseChecksumLine(line: string): string | undefined {
  return /^\{"sha256":"([0-9a-f]{64})"\}\n$/.exec(line)?.[1];
}

function parseObject(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
