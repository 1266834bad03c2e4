import { expect, test } from 'vitest';
import { type ValidatedRow, validatedRow } from '../../../src/dynamic/registry/validated-row.ts';
import { applyDifference, isSameContent, listedRows } from '../../../src/dynamic/registry/registry-memory.ts';
import { verdictOf } from './rows.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch: () => null };
const validated = (slug: string, hash = `${slug}1`): ValidatedRow => validatedRow(hash, verdictOf(slug));
const read = (slug: string, hash: string) => ({ slug, hash, row: { workflow_slug: slug } });
const hashesOf = (rows: readonly ValidatedRow[]) => rows.map(({ hash }) => hash);
const difference = (slugs: readonly string[], rows: readonly ReturnType<typeof read>[]) => ({
  version: '2',
  slugs: new Set(slugs),
  rows,
});

test('a difference inserts, replaces and removes rows and keeps the order of slugs', () => {
  const known = [validated('b'), validated('d'), validated('f')];
  const next = applyDifference(
    known,
    difference(['a', 'd', 'f', 'z'], [read('z', 'z1'), read('d', 'd2'), read('a', 'a1')]),
    rules,
  );
  expect(hashesOf(next)).toEqual(['a1', 'b1', 'd2', 'z1']);
  expect(next[1]).toBe(known[0]);
});

test('a difference in which nothing differs gives the very rows that were known', () => {
  const known = [validated('a'), validated('b')];
  expect(applyDifference(known, difference(['a', 'x'], [read('a', 'a1')]), rules)).toBe(known);
});

test('a listing reuses the verdict of every row whose hash is known', () => {
  const known = [validated('a'), validated('b')];
  const listing = {
    version: '2',
    mode: 'tracked',
    hashes: [
      { slug: 'a', hash: 'a1' },
      { slug: 'b', hash: 'b2' },
    ],
    rows: new Map([['b2', validated('b', 'b2')]]),
  } as const;
  const next = listedRows(listing, known);
  expect(next[0]).toBe(known[0]);
  expect(next[1]).toBe(listing.rows.get('b2'));
});

test('equal content is recognized by its hashes', () => {
  expect(isSameContent([validated('a')], [validated('a')])).toBe(true);
  expect(isSameContent([validated('a')], [validated('a', 'a2')])).toBe(false);
  expect(isSameContent([validated('a')], [])).toBe(false);
});
