import { expect, test } from 'vitest';
import { createPathHints } from '../../../src/dynamic/http/path-hints.ts';
import { routeOf, tableOf as tableOfRoutes } from '../registry/rows.ts';

const tableOf = (count: number, ...more: readonly string[]) =>
  tableOfRoutes([
    ...Array.from({ length: count }, (_, index) => routeOf(`w-${index}`)),
    ...more.map((slug) => routeOf(slug)),
  ]);

test('the hint is the nearest registered path', () => {
  expect(createPathHints(() => 0)('/run/companies/demo/ecko/lookup', tableOf(3, 'echo'))[0]).toBe(
    '/run/companies/demo/echo/lookup',
  );
});

test('a small registry is hinted at as it is now', () => {
  const hints = createPathHints(() => 0);
  hints('/run/companies/demo/x/lookup', tableOf(3));
  expect(hints('/run/companies/demo/ecko/lookup', tableOf(3, 'echo'))).toContain(
    '/run/companies/demo/echo/lookup',
  );
});

test('a large registry is hinted at as it was a few seconds ago, less what is gone', () => {
  let clock = 0;
  const hints = createPathHints(() => clock);
  const path = '/run/companies/demo/ecko/lookup';
  const echo = '/run/companies/demo/echo/lookup';
  expect(hints(path, tableOf(300, 'echo'))).toContain(echo);
  expect(hints(path, tableOf(300))).not.toContain(echo);
  clock = 6_000;
  expect(hints('/run/companies/demo/nww/lookup', tableOf(300, 'new'))).toContain(
    '/run/companies/demo/new/lookup',
  );
});
