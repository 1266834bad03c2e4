import { expect, test } from 'vitest';
import { changedEntries } from '../../../src/dynamic/registry/changed-entries.ts';
import { type ValidatedRow, validatedRow } from '../../../src/dynamic/registry/validated-row.ts';
import { buildSnapshot } from '../../../src/dynamic/registry/snapshot.ts';
import { type Columns, verdictOf } from './rows.ts';

const row = (slug: string, over: Columns = {}): ValidatedRow =>
  validatedRow(`${slug} ${JSON.stringify(over)}`, verdictOf(slug, over));
const [a, b, c, d] = [row('a'), row('b'), row('c'), row('d')];
const bad = { timeout_seconds: 0 };
const newB = row('b', bad);
const twin = { api_endpoint_url: '/run/a/b/c/d', created_at: '2026-01-01T00:00:00Z' };

/** The slugs of the changed entries, and whether there was one before. */
function changes(before: readonly ValidatedRow[], after: readonly ValidatedRow[]): readonly string[] {
  const changed = changedEntries(buildSnapshot('2', after), buildSnapshot('1', before));
  return changed.map((entry) => `${entry.entry.slug} ${entry.before === undefined ? 'new' : 'changed'}`);
}

test.each([
  ['nothing', [a, b, c], [a, b, c], []],
  ['a row changed', [a, b, c], [a, newB, c], ['b changed']],
  ['a row came first', [b, c], [a, b, c], ['a new']],
  ['a row came last', [a, b], [a, b, c], ['c new']],
  ['a row went', [a, b, c], [a, c], []],
  ['the first row went and the last changed', [a, c, b], [c, newB], ['b changed']],
  ['rows came where others went', [a, c], [b, d], ['b new', 'd new']],
  ['all rows went', [a, b], [], []],
  ['the order turned', [a, b, c], [c, b, a], []],
  [
    'a row without a slug stays behind a change',
    [a, b, row('')],
    [a, newB, row('')],
    ['b changed', ' changed'],
  ],
])('between two snapshots, %s', (_, before, after, reported) => {
  expect(changes(before, after)).toEqual(reported);
});

test('of the first snapshot, every entry is new', () => {
  const changed = changedEntries(buildSnapshot('1', [a, b]), undefined);
  expect(changed.map(({ entry, before }) => [entry.slug, before])).toEqual([
    ['a', undefined],
    ['b', undefined],
  ]);
});

test('an entry that another row’s coming changed is reported with what it was', () => {
  const thief = row('0', { api_endpoint_url: '/run/companies/demo/b/lookup' });
  const [first, second] = changedEntries(buildSnapshot('2', [thief, a, b]), buildSnapshot('1', [a, b]));
  expect(first).toMatchObject({ entry: { slug: '0', status: 'mounted' }, before: undefined });
  expect(second).toMatchObject({ entry: { slug: 'b', status: 'rejected' }, before: { status: 'mounted' } });
});

test('rows without a slug that did not change are not reported, wherever a row went', () => {
  const slugless = [row('', { modal_function_name: 'x' }), row('', { modal_function_name: 'y' })];
  expect(changes([a, b, ...slugless], [a, ...slugless])).toEqual([]);
});

test('a row that lost its slug to another is reported as changed against the one that has it', () => {
  const changed = changedEntries(buildSnapshot('2', [a, row('a', twin), b]), buildSnapshot('1', [a, b]));
  expect(changed).toMatchObject([
    { entry: { slug: 'a', status: 'rejected' }, before: { status: 'mounted' } },
  ]);
});
