import { expect, test } from 'vitest';
import { labelMismatch } from '../../src/modal/label.ts';
import { parseRow } from '../../src/schemas/parse-row.ts';
import { demoRows } from '../helpers/rows.ts';
import { snapshotOf } from '../dynamic/registry/rows.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch };
const verdicts = (await demoRows()).map((row) => parseRow(row, rules));
const snapshot = snapshotOf('1', verdicts);

test('the demo registry has 105 rows: 80 mounted, 25 not exposed, none rejected', () => {
  expect(snapshot.counts).toEqual({
    rows: 105,
    mounted: 80,
    not_exposed: 25,
    inactive: 0,
    rejected: 0,
    stale: 0,
    warned: 12,
  });
  expect(snapshot.table.size).toBe(80);
});

test('twelve rows of the demo registry are warned, each for what is really odd about it', () => {
  const warned = snapshot.entries
    .filter(({ warnings }) => warnings.length > 0)
    .map(({ slug, warnings }) => [slug, ...warnings.map(({ code }) => code)]);
  expect(warned).toEqual([
    ['clay-company-firmographics', 'core_table_missing'],
    ['clay-find-companies', 'core_table_missing'],
    ['core-company-simple', 'core_table_missing'],
    ['clay-find-people', 'core_table_missing'],
    ['clay-person-profile', 'core_table_missing'],
    ['salesnav-person-location-lookup', 'path_unconventional'],
    ['process-similar-companies-queue', 'path_unconventional'],
    ['staging-company-linkedin-update', 'core_table_missing'],
    ['vc-domain-update', 'core_table_missing'],
    ['core-company-upsert', 'core_table_missing'],
    ['core-company-full-upsert', 'core_table_missing'],
    ['icp-criteria-upsert', 'core_table_missing'],
  ]);
});

test('every mounted row of the demo registry has a path, a function and a slug of its own', () => {
  const routes = [...snapshot.table.routes()];
  expect(new Set(routes.map(({ slug }) => slug)).size).toBe(80);
  expect(new Set(routes.map(({ functionUrl }) => functionUrl.href)).size).toBe(80);
  for (const route of routes) expect(snapshot.table.match(route.path)).toBe(route);
});
