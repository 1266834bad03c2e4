import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from '../src/schemas/columns/column-kinds.ts';
import { registryColumns } from '../src/schemas/columns/registry-columns.ts';

/** `node scripts/write-column-docs.ts`: writes the table of columns in docs/registry.md from their declaration. */
export const columnDocsFile = join(import.meta.dirname, '..', 'docs', 'registry.md');

const begin =
  '<!-- Columns: written by "node scripts/write-column-docs.ts" from src/schemas/columns/registry-columns.ts. -->';
const end = '<!-- End of the columns. -->';

/** A document with its table of columns brought up to date. */
export function withColumnDocs(document: string): string {
  const [before, rest] = parts(document, begin);
  const [, after] = parts(rest, end);
  return `${before}${begin}\n\n${table()}\n\n${end}${after}`;
}

function table(): string {
  const columns: [string, Column][] = Object.entries(registryColumns);
  const rows = columns.map(([name, { sqlType, description }]) => {
    const type = sqlType === 'timestamp with time zone' ? 'timestamptz' : sqlType;
    return `| \`${name}\` | ${type} | ${description.replaceAll('|', String.raw`\|`)} |`;
  });
  return ['| column | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

function parts(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at === -1)
    throw new Error(`${columnDocsFile} lacks the line ${mark}: restore it where the table belongs.`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

if (import.meta.main) await writeFile(columnDocsFile, withColumnDocs(await readFile(columnDocsFile, 'utf8')));
