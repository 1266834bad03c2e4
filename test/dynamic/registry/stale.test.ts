import { describe, expect, test } from 'vitest';
import type { GoodVersion } from '../../../src/dynamic/registry/registry-entry.ts';
import { newestGoodVersion } from '../../../src/dynamic/registry/earlier-versions.ts';
import { type Columns, snapshotOf, verdictOf } from './rows.ts';

const bad: Columns = { request_schema: { type: 5 } };
const rules = { allowedHosts: ['*.modal.run'], labelMismatch: () => null };

/** A good version of the slug, as an earlier snapshot would have served it. */
function goodVersionOf(slug: string, over: Columns = {}): GoodVersion {
  const verdict = verdictOf(slug, over);
  if (verdict.status !== 'routable') throw new Error(`${slug} is ${verdict.status}`);
  return { row: verdict.row, definition: verdict.definition };
}

const past = (...versions: readonly GoodVersion[]) => ({
  lastGood: (slug: string) => versions.find(({ definition }) => definition.slug === slug) ?? null,
  currentOwner: () => undefined,
});

describe('a rejected row with a good version in the past', () => {
  test('is stale and serves it', () => {
    const good = goodVersionOf('a');
    const { bySlug, table, counts } = snapshotOf('1', [verdictOf('a', bad)], past(good));
    expect(bySlug.get('a')).toMatchObject({
      status: 'stale',
      reasons: [{ code: 'schema_invalid' }],
      servedRow: good.row,
    });
    expect(table.match(good.definition.path)).toBe(good.definition);
    expect(counts).toMatchObject({ stale: 1, rejected: 0 });
  });

  test('gives its path up to a good row that claims it', () => {
    const { definition } = goodVersionOf('a');
    const rows = [verdictOf('a', bad), verdictOf('b', { api_endpoint_url: definition.path })];
    const { bySlug, table } = snapshotOf('1', rows, past(goodVersionOf('a')));
    expect([bySlug.get('a')?.status, table.match(definition.path)?.slug]).toEqual(['rejected', 'b']);
  });

  test('shares a path with no other stale row: the smaller slug has it', () => {
    const path = '/run/companies/demo/same/lookup';
    const versions = ['b', 'a'].map((slug) => goodVersionOf(slug, { api_endpoint_url: path }));
    const { table, counts } = snapshotOf('1', [verdictOf('b', bad), verdictOf('a', bad)], past(...versions));
    expect([table.match(path)?.slug, counts.stale, counts.rejected]).toEqual(['a', 1, 1]);
  });

  test.each([
    ['names a host that is not allowed', { modal_endpoint_url: 'https://a.example' }, 'rejected'],
    ['is set inactive', { is_active: false }, 'inactive'],
    ['has no path any more', { api_endpoint_url: null }, 'not_exposed'],
  ])('serves nothing once it %s', (_, change, status) => {
    const { bySlug, table } = snapshotOf(
      '1',
      [verdictOf('a', { ...bad, ...change })],
      past(goodVersionOf('a')),
    );
    expect([bySlug.get('a')?.status, table.size]).toEqual([status, 0]);
  });
});

describe('the newest good version in a history', () => {
  const content = (over: Columns = {}) => ({ ...goodVersionOf('a').row, ...over });

  test('is the first that can be served today', () => {
    const earlier = [content(bad), content({ timeout_seconds: 2 }), content({ timeout_seconds: 1 })];
    expect(newestGoodVersion(earlier, rules)).toMatchObject({ definition: { timeoutSeconds: 2 } });
  });

  test.each([
    ['deleted', null],
    ['inactive', content({ is_active: false })],
    ['not exposed', content({ api_endpoint_url: null })],
  ])('is not looked for beyond a time at which the row was %s', (_, between) => {
    expect(newestGoodVersion([content(bad), between, content()], rules)).toBeNull();
  });

  test('is none where the host of every version is not allowed today', () => {
    const stricter = { ...rules, allowedHosts: ['other.example'] };
    expect(newestGoodVersion([content()], stricter)).toBe('undecided');
  });
});
