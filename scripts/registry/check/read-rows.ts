import { parse } from 'csv-parse/sync';
import { trimmed } from '../../../src/schemas/columns/trimmed.ts';

/** A row of a file, and the line where it starts; in a JSON array, its position in the array. */
export type FileRow = Readonly<{ line: number; columns: Readonly<Record<string, unknown>> }>;

/**
 * The rows of a file: a JSON array, one JSON object on each line, or CSV with a header. A file that begins with `[` or `{` is
 * JSON, whatever its name.
 *
 * @throws Error with a message for a person, which names the line.
 */
export function readRows(text: string): readonly FileRow[] {
  const content = trimmed(text);
  if (content.startsWith('[')) return arrayRows(content);
  if (content.startsWith('{')) return lineRows(text);
  return csvRows(text);
}

function arrayRows(content: string): readonly FileRow[] {
  const rows: unknown = JSON.parse(content);
  if (!Array.isArray(rows)) throw new Error('The file is not a JSON array.');
  return rows.map((row: unknown, place) => ({
    line: place + 1,
    columns: columnsOf(row, `Row ${place + 1}`),
  }));
}

function lineRows(text: string): readonly FileRow[] {
  return text.split('\n').flatMap((line, place) => {
    if (trimmed(line) === '') return [];
    const name = `Line ${place + 1}`;
    try {
      return [{ line: place + 1, columns: columnsOf(JSON.parse(trimmed(line)), name) }];
    } catch (cause) {
      throw new Error(`${name} is not a JSON object.`, { cause });
    }
  });
}

/** Excel writes semicolons in locales whose decimal mark is the comma; cells copied from a sheet are separated by tabs. */
const delimiters = [',', ';', '\t'] as const;

function csvRows(text: string): readonly FileRow[] {
  const [header = ''] = text.split('\n', 1);
  const counted = delimiters.map((mark) => ({ mark, count: header.split(mark).length }));
  const delimiter = counted.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ',';
  const records: unknown = parse(text, {
    bom: true,
    columns: (names: string[]) => names.map(trimmed),
    delimiter,
    info: true,
    skip_empty_lines: true,
  });
  if (!Array.isArray(records)) return [];
  return records.map((found: unknown) => {
    const { record, info } = Object(found);
    return { line: Number(Object(info).lines), columns: columnsOf(record, 'A line') };
  });
}

function columnsOf(row: unknown, name: string): FileRow['columns'] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new Error(`${name} must be an object with the columns of a row.`);
  }
  return Object.fromEntries(Object.entries(row));
}
