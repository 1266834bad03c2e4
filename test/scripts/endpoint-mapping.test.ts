import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { demoSnapshot } from '../../scripts/registry/demo-snapshot.ts';
import { categoryOf } from '../../scripts/registry/endpoint-category.ts';
import { endpointMapping } from '../../scripts/registry/endpoint-mapping.ts';
import { mappingFile } from '../../scripts/registry/mapping-command.ts';
import { markdownCell } from '../../scripts/registry/markdown-cell.ts';
import { emptyRow } from '../../src/schemas/registry-row.ts';
import { snapshotOfRows, soundRow } from '../dynamic/registry/audit/audited.ts';
import { demoRows } from '../helpers/rows.ts';

const mappingOf = (rows: readonly unknown[]) => endpointMapping(snapshotOfRows(rows).entries);

/** The headings of a mapping document, with their counts. */
function headings(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('## '));
}

describe('docs/api/ENDPOINT_MAPPING.md', () => {
  test('is up to date: after a change of the demo registry, npm run registry -- mapping --demo', async () => {
    expect(await readFile(mappingFile, 'utf8')).toBe(endpointMapping((await demoSnapshot()).entries));
  });

  test('has all 80 endpoints of the demo registry in the seven categories, and the 25 rows without one', async () => {
    const text = await readFile(mappingFile, 'utf8');
    expect(headings(text)).toEqual([
      '## Company ingestion (29)',
      '## People ingestion (7)',
      '## Gemini inference (20)',
      '## Lookups (7)',
      '## Upserts (5)',
      '## Backfills (4)',
      '## Signals (8)',
      '## Not exposed: no api_endpoint_url (25)',
    ]);
    expect(text).toContain('| **total** | **80** |');
    for (const row of await demoRows()) {
      const cells = [row['workflow_slug'], row['modal_function_name'], row['modal_endpoint_url']];
      const path = row['api_endpoint_url'];
      const all = typeof path === 'string' ? [...cells, `POST ${path}`] : cells;
      expect(text.split(`\n| ${all.map((cell) => `\`${String(cell)}\``).join(' | ')} |\n`)).toHaveLength(2);
    }
  });
});

describe('the mapping of a registry', () => {
  test('is the same for any order of its rows', async () => {
    const rows = await demoRows();
    expect(mappingOf(rows.toReversed())).toBe(mappingOf(rows));
  });

  test('lists inactive, rejected and uncategorized rows, and no section if there are none', () => {
    expect(headings(mappingOf([])).some((line) => !line.endsWith('(0)'))).toBe(false);
    const text = mappingOf([
      soundRow('old', { is_active: false }),
      soundRow('bad', { timeout_seconds: 0, modal_endpoint_url: 'https://user:hunter2@a.modal.run' }),
      soundRow('strange', { workflow_type: 'utility', api_endpoint_url: '/run/companies/demo/x/do' }),
    ]);
    expect(headings(text).slice(7)).toEqual([
      '## Other (1)',
      '## Inactive (1)',
      '## Rejected: not served as written (1)',
    ]);
    expect(text).toContain('| `bad` | `function_url_invalid`, `timeout_invalid` |');
    expect(text).not.toContain('hunter2');
  });

  test('shows the text of a row and never interprets it', () => {
    const hostile = 'a`|*b*\n# <img src=x> [c](javascript:d) \\| https://e www.f.com \u202e.\u202e';
    // The last character is invisible and at the end: it is no part of what the row says.
    const text = mappingOf([soundRow('x', { api_endpoint_url: null, modal_function_name: hostile })]);
    const line = text.split('\n').find((candidate) => candidate.startsWith('| `x`')) ?? '';
    expect(line).toBe(
      '| `x` | a\\`\\|\\*b\\*\\\\u000a\\# \\<img src\\=x\\> \\[c\\]\\(javascript\\:d\\) \\\\\\| https\\:\\/\\/e www\\.f\\.com \\\\u202e\\. | `https://demodata--app-x.modal.run` |',
    );
    expect(line.replaceAll(/\\./g, '').split('|')).toHaveLength(5);
    expect(markdownCell('https://user:hunter2@a.modal.run')).not.toContain('hunter2');
    expect(markdownCell(null)).toBe('–');
  });
});

describe('the category of an endpoint', () => {
  const path = '/run/companies/demo/x/';
  test.each([
    [{ payload_type: 'signal', workflow_type: 'ingest', entity_type: 'person' }, `${path}ingest`, 'signals'],
    [{}, '/run/people/demo/signal-new-hire/ingest', 'signals'],
    [{ workflow_type: 'utility' }, `${path}backfill`, 'backfills'],
    [{ workflow_type: 'utility' }, `${path}upsert`, 'upserts'],
    [{}, `${path}update`, 'upserts'],
    [{}, `${path}lookup`, 'lookups'],
    [{}, `${path}check`, 'lookups'],
    [{ workflow_type: 'lookup' }, `${path}get`, 'lookups'],
    [{ provider: 'gemini', workflow_type: 'inference' }, `${path}get`, 'Gemini inference'],
    [{}, '/run/companies/gemini/industry/infer', 'Gemini inference'],
    [
      { provider: 'gemini', workflow_type: 'ingest', entity_type: 'company' },
      `${path}x`,
      'company ingestion',
    ],
    [{}, `${path}ingest`, 'company ingestion'],
    [{ workflow_type: 'utility', entity_type: 'company' }, '/run/a/b/c/process', 'company ingestion'],
    [{ entity_type: 'person' }, `${path}ingest`, 'people ingestion'],
    [{}, '/run/people/demo/x/ingest', 'people ingestion'],
    [{ provider: 'other', workflow_type: 'inference' }, `${path}infer`, 'other'],
    [{ entity_type: 'job' }, `${path}ingest`, 'other'],
    [{}, '/run/x', 'other'],
  ])('of %j at %s is %s', (columns, at, category) => {
    expect(categoryOf({ ...emptyRow, ...columns }, at)).toBe(category);
  });
});
