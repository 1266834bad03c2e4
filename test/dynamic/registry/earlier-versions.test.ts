import { expect, test } from 'vitest';
import { earlierGoodVersions } from '../../../src/dynamic/registry/earlier-versions.ts';
import { validateRow } from '../../../src/dynamic/registry/validated-row.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch: () => null };
const bad = (over: TestRow = {}) => echoRow({ request_schema: { type: 5 }, ...over });
const slugOf = (place: number) => `row-${place}`;
const rejected = (count: number, over: TestRow = {}) =>
  Array.from({ length: count }, (_, place) =>
    validateRow(bad({ workflow_slug: slugOf(place), ...over }), `hash-${place}`, rules),
  );

/** Histories by slug, and how often they were asked for. */
function histories(contentsOf: (slug: string) => readonly unknown[]) {
  const asked: number[] = [];
  const read = async (slugs: readonly string[], depth: number) => {
    asked.push(slugs.length);
    return new Map(slugs.map((slug) => [slug, contentsOf(slug).slice(0, depth)]));
  };
  return { asked, read };
}

test('thousands of rejected rows take some dozen queries, and not one each', async () => {
  const { asked, read } = histories((slug) => [
    bad({ workflow_slug: slug }),
    echoRow({ workflow_slug: slug }),
  ]);
  const found = await earlierGoodVersions(rejected(2_000), read, rules);
  expect(found.size).toBe(2_000);
  expect(asked.length).toBeLessThan(50);
});

test('a good version far back is found, and looked for only where no newer one decides', async () => {
  const deep = [...Array.from({ length: 40 }, () => bad()), echoRow({ timeout_seconds: 7 })];
  const { asked, read } = histories((slug) =>
    slug === slugOf(1) ? deep : [bad(), echoRow({ is_active: false }), echoRow()],
  );
  const found = await earlierGoodVersions(rejected(100), read, rules);
  expect([...found.keys()]).toEqual([slugOf(1)]);
  expect(found.get(slugOf(1))?.definition.timeoutSeconds).toBe(7);
  expect(asked).toEqual([100, 1, 1]);
});

test('nothing is asked of rows that must not serve an earlier version', async () => {
  const { asked, read } = histories(() => [echoRow()]);
  const foreign = rejected(3, { request_schema: null, modal_endpoint_url: 'https://evil.example' });
  expect(await earlierGoodVersions(foreign, read, rules)).toEqual(new Map());
  expect(asked).toEqual([]);
});
