import { describe, expect, test } from 'vitest';
import { modalLabel } from '../../../../src/modal/label.ts';
import { demoRows } from '../../../helpers/rows.ts';
import { auditOfRows, soundRow } from './audited.ts';
import type { Columns } from '../rows.ts';
import { cpuMsOf } from '../../../helpers/cpu-time.ts';

/** The rows with the URL of each given to the one before it, and the last one's to the first. */
function shifted(rows: readonly Columns[]): readonly Columns[] {
  return rows.map((row, place) => {
    const next = rows[(place + 1) % rows.length];
    return { ...row, modal_endpoint_url: next?.['modal_endpoint_url'] };
  });
}

/** What is said about each row whose URL is another function's. */
function misplacedIn(rows: readonly Columns[]): ReadonlyMap<string | null, string> {
  const found = auditOfRows(rows).filter(({ code }) => code === 'function_url_mismatch');
  for (const { severity } of found) expect(severity).toBe('error');
  return new Map(found.map(({ workflow_slug, message }) => [workflow_slug, message]));
}

describe('rows whose URLs were shifted', () => {
  test('are errors, and each names the row whose function its URL is of', () => {
    const found = misplacedIn([...shifted([soundRow('a'), soundRow('b')]), soundRow('c')]);
    expect([...found]).toEqual([
      [
        'a',
        'The URL\'s label demodata--app-b belongs to the function "b" of the row "b", not to this row\'s "a": calls would reach the wrong function.',
      ],
      ['b', expect.stringContaining('belongs to the function "a" of the row "a"')],
    ]);
  });

  test('are found in the demo registry, however far they were shifted, each with its row', async () => {
    const rows = await demoRows();
    let moved: readonly Columns[] = rows;
    for (let shift = 1; shift <= 3; shift += 1) {
      moved = shifted(moved);
      const found = misplacedIn(moved);
      expect(found.size).toBe(rows.length);
      for (const [place, { workflow_slug }] of rows.entries()) {
        const owner = rows[(place + shift) % rows.length]?.['workflow_slug'];
        expect(found.get(String(workflow_slug))).toContain(`of the row "${String(owner)}"`);
      }
    }
  });

  test('are both found where the name of one function ends like that of the other', () => {
    const found = misplacedIn(shifted([soundRow('company'), soundRow('ingest-company')]));
    expect(found.get('company')).toContain('of the row "ingest-company"');
    expect(found.get('ingest-company')).toContain('of the row "company"');
  });

  test('are not confused with rows whose functions only have names that end alike', () => {
    const company = soundRow('company', { modal_endpoint_url: 'https://w--app-ingest-company.modal.run' });
    const misplaced = soundRow('ingest-company', { modal_endpoint_url: 'https://w--app-other.modal.run' });
    expect([...misplacedIn([company, soundRow('ingest-company')])]).toEqual([]);
    expect([...misplacedIn([company, misplaced]).keys()]).toEqual(['ingest-company']);
  });

  test.each([
    ['not exposed', { api_endpoint_url: null }],
    ['rejected', { timeout_seconds: 0 }],
  ])('are found also where they are %s', (_, over) => {
    const rows = shifted([soundRow('a'), soundRow('b')]).map((row) => ({ ...row, ...over }));
    expect(misplacedIn(rows).size).toBe(2);
  });

  test('name an owner that is retired or has no URL any more, and are told without one where there is none', () => {
    const wrong = soundRow('a', { modal_endpoint_url: 'https://demodata--app-b.modal.run' });
    for (const over of [{ is_active: false }, { modal_endpoint_url: null, api_endpoint_url: null }]) {
      expect([...misplacedIn([wrong, soundRow('b', over)])]).toEqual([
        ['a', expect.stringContaining('of the row "b"')],
      ]);
    }
    expect([...misplacedIn([wrong])]).toEqual([
      ['a', expect.stringContaining('the URL may belong to another row')],
    ]);
  });

  test('of several rows with the function name the one that was swapped with it', () => {
    const wrong = shifted([soundRow('a'), soundRow('c', { modal_function_name: 'c' })]);
    const twin = soundRow('b', {
      modal_function_name: 'c',
      modal_endpoint_url: 'https://demodata--app-c.modal.run',
    });
    expect(misplacedIn([twin, ...wrong]).get('a')).toContain('of the row "c"');
  });
});

test('ten thousand rows that were all shifted are audited within seconds, cut labels and all', () => {
  const name = (place: number) => `ingest-company-customers-structured-as-a-list-${place}`;
  const rows = Array.from({ length: 10_000 }, (_, place) => {
    const host = modalLabel('demodata--hq-master-data-', name((place + 1) % 10_000));
    return soundRow(name(place), { modal_endpoint_url: `https://${host}.modal.run` });
  });
  const cpuMs = cpuMsOf(() => expect(misplacedIn(rows).size).toBe(10_000));
  expect(cpuMs).toBeLessThan(10_000);
});
