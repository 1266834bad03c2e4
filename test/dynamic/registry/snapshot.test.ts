import { describe, expect, test } from 'vitest';
import { permutations, verdictOf, snapshotOf } from './rows.ts';

const path = '/run/a/b/c/d';

describe('buildSnapshot', () => {
  test('counts what became of each row, and warns only where a row is served', () => {
    const odd = { coalesces_to_core: true };
    const snapshot = snapshotOf('7', [
      verdictOf('plain'),
      verdictOf('warned', odd),
      verdictOf('hidden', { ...odd, api_endpoint_url: null }),
      verdictOf('off', { ...odd, is_active: false }),
      verdictOf('bad', { ...odd, timeout_seconds: 0 }),
    ]);
    expect(snapshot.version).toBe('7');
    expect(snapshot.counts).toEqual({
      rows: 5,
      mounted: 2,
      warned: 1,
      not_exposed: 1,
      inactive: 1,
      rejected: 1,
      stale: 0,
    });
  });

  test('lists every row in the order that it was given, with its status', () => {
    const { entries } = snapshotOf('1', [
      verdictOf('b'),
      verdictOf('a', { timeout_seconds: 0 }),
      verdictOf('c', { is_active: false }),
    ]);
    expect(entries.map(({ slug, status }) => [slug, status])).toEqual([
      ['b', 'mounted'],
      ['a', 'rejected'],
      ['c', 'inactive'],
    ]);
    expect(entries.map(({ definition }) => definition?.slug ?? null)).toEqual(['b', null, null]);
    expect(entries[1]?.reasons).toMatchObject([{ code: 'timeout_invalid' }]);
  });

  test('routes the mounted rows and no others', () => {
    const { table } = snapshotOf('1', [
      verdictOf('a'),
      verdictOf('b', { is_active: false }),
      verdictOf('c', { timeout_seconds: 0 }),
    ]);
    expect([...table.routes()].map(({ slug }) => slug)).toEqual(['a']);
  });

  test('routes a path that two rows claim to the same one, whatever the order of the rows', () => {
    const claims = ['b', 'c', 'a'].map((slug) => verdictOf(slug, { api_endpoint_url: path }));
    for (const order of permutations(claims)) {
      const snapshot = snapshotOf('1', order);
      expect(snapshot.table.match(path)?.slug).toBe('a');
      expect(snapshot.counts).toMatchObject({ mounted: 1, rejected: 2 });
    }
  });

  test('finds by its slug the row that serves it, not the one that lost it, whatever the order of the rows', () => {
    const first = verdictOf('echo', { created_at: '2026-01-01T00:00:00Z' });
    const second = verdictOf('echo', { created_at: '2026-01-02T00:00:00Z', api_endpoint_url: path });
    for (const order of permutations([first, second])) {
      const snapshot = snapshotOf('1', order);
      expect(snapshot.bySlug.get('echo')?.status).toBe('mounted');
      expect(snapshot.entries).toHaveLength(2);
    }
  });

  test('warns both rows that share a function, besides what else is odd about them', () => {
    const shared = { modal_endpoint_url: 'https://shared.modal.run' };
    const { entries, counts } = snapshotOf('1', [
      verdictOf('a', { ...shared, coalesces_to_core: true }),
      verdictOf('b', shared),
    ]);
    expect(entries.map(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
      ['core_table_missing', 'function_url_shared'],
      ['function_url_shared'],
    ]);
    expect(counts.warned).toBe(2);
  });

  test('does not warn of a shared function where the other row lost its path', () => {
    const same = { modal_endpoint_url: 'https://shared.modal.run', api_endpoint_url: path };
    const { entries } = snapshotOf('1', [verdictOf('a', same), verdictOf('b', same)]);
    expect(entries[0]?.warnings).toEqual([]);
    expect(entries[1]?.reasons).toMatchObject([{ code: 'path_taken', other_slug: 'a' }]);
  });

  test('makes a snapshot of no rows at all', () => {
    const { counts, table } = snapshotOf('0', []);
    expect(counts).toMatchObject({ rows: 0, mounted: 0 });
    expect(table.match(path)).toBeUndefined();
  });

  test('is not changed by what is built later from the same rows and others', () => {
    const rows = [verdictOf('a', { api_endpoint_url: path }), verdictOf('b')];
    const snapshot = snapshotOf('1', rows);
    const counts = { ...snapshot.counts };
    const served = snapshot.table.match(path);
    snapshotOf('2', [
      verdictOf('0', { api_endpoint_url: path }),
      ...rows,
      verdictOf('c', { modal_endpoint_url: 'https://demodata--app-b.modal.run' }),
    ]);
    expect(snapshot.counts).toEqual(counts);
    expect(snapshot.table.match(path)).toBe(served);
    expect(snapshot.entries.map(({ slug }) => slug)).toEqual(['a', 'b']);
    expect(snapshot.entries[1]?.warnings).toEqual([]);
  });

  test('finds each row by its slug and each route by its path, however odd they are, and no others', () => {
    const slugs = ['__proto__', 'constructor', 'é', '💥', 'a b'];
    const verdicts = slugs.map((slug, n) =>
      verdictOf(slug, { api_endpoint_url: `/run/a/b/${n}/d`, modal_endpoint_url: `https://f${n}.modal.run` }),
    );
    const { bySlug, table, entries } = snapshotOf('1', verdicts);
    expect(slugs.map((slug) => bySlug.get(slug)?.slug)).toEqual(slugs);
    expect(slugs.map((_, n) => table.match(`/run/a/b/${n}/d`)?.slug)).toEqual(slugs);
    expect(entries.map(({ warnings }) => warnings)).toEqual(slugs.map(() => []));
    expect([bySlug.get(''), bySlug.get('toString'), table.match('__proto__')]).toEqual(
      Array(3).fill(undefined),
    );
  });

  test('gives by its slug the entry that is listed, whatever was found out about it last', () => {
    const shared = { modal_endpoint_url: 'https://shared.modal.run' };
    const { entries, bySlug, table, counts } = snapshotOf('1', [
      verdictOf('a', shared),
      verdictOf('b', { ...shared, coalesces_to_core: true }),
      verdictOf('c', { api_endpoint_url: '/run/companies/demo/a/lookup' }),
    ]);
    for (const entry of entries) expect(bySlug.get(entry.slug)).toBe(entry);
    expect(entries.map(({ status }) => status)).toEqual(['mounted', 'mounted', 'rejected']);
    expect([table.size, [...table.routes()].length, counts.warned]).toEqual([2, 2, 2]);
  });

  test('lists several rows without a slug, each rejected for that alone', () => {
    const slugless = ['/run/x/1', '/run/x/2'].map((text) => verdictOf('', { api_endpoint_url: text }));
    const { entries, bySlug, counts } = snapshotOf('1', [verdictOf('a'), ...slugless]);
    expect(entries.slice(1).map(({ reasons }) => reasons.map(({ code }) => code))).toEqual([
      ['slug_missing'],
      ['slug_missing'],
    ]);
    expect(bySlug.get('')).toBe(entries[1]);
    expect(counts).toMatchObject({ mounted: 1, rejected: 2 });
  });

  test('is frozen', () => {
    const snapshot = snapshotOf('1', [verdictOf('a')]);
    expect(Object.isFrozen(snapshot)).toBe(true);
    expect(Object.isFrozen(snapshot.table)).toBe(true);
    expect(() => Object.assign(snapshot, { version: '2' })).toThrow(TypeError);
  });
});
