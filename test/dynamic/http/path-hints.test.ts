import { expect, test } from 'vitest';
import { createPathHints } from '../../../src/dynamic/http/path-hints.ts';
import { routeOf, tableOf as tableOfRoutes } from '../registry/rows.ts';

const tableOf = (count: number, ...more: readonly string[]) =>
  tableOfRoutes([
    ...Array.from({ length: count }, (_, index) => routeOf(`w-${index}`)),
    ...more.map((slug) => routeOf(slug)),
  ]);

const all = () => true;
const ecko = '/run/companies/demo/ecko/lookup';
const echo = '/run/companies/demo/echo/lookup';

test('the hint is the nearest registered path', async () => {
  const [best] = await createPathHints(() => 0)(ecko, tableOf(3, 'echo'), all);
  expect(best).toBe(echo);
});

test('a small registry is hinted at as it is now', async () => {
  const hints = createPathHints(() => 0);
  await hints('/run/companies/demo/x/lookup', tableOf(3), all);
  expect(await hints(ecko, tableOf(3, 'echo'), all)).toContain(echo);
});

test('a large registry is hinted at as it was a few seconds ago, less what is gone', async () => {
  let clock = 0;
  const hints = createPathHints(() => clock);
  expect(await hints(ecko, tableOf(300, 'echo'), all)).toContain(echo);
  expect(await hints(ecko, tableOf(300), all)).not.toContain(echo);
  clock = 6_000;
  expect(await hints('/run/companies/demo/nww/lookup', tableOf(300, 'new'), all)).toContain(
    '/run/companies/demo/new/lookup',
  );
});

test.each([3, 300])('paths that may not be shown are not among the hints (%d rows)', async (count) => {
  const hints = createPathHints(() => 0);
  const shown = await hints(ecko, tableOf(count, 'echo', 'echoes'), (path) => !path.includes('/echo/'));
  expect(shown).not.toContain(echo);
  expect(shown).toContain('/run/companies/demo/echoes/lookup');
});

test('a large registry is sorted in turns: other work runs in between', async () => {
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  let reads = 0;
  // A clock by which each look at it takes a millisecond, so that the number of turns does not depend on the machine.
  const hints = createPathHints(() => (reads += 1));
  await hints(ecko, tableOf(20_000), all);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(10);
});

test('a flood of unknown paths gets no hints after the first 200 of a second', async () => {
  let clock = 0;
  const hints = createPathHints(() => clock);
  const table = tableOf(3, 'echo');
  for (let n = 0; n < 200; n += 1) expect(await hints(ecko, table, all)).toContain(echo);
  expect(await hints(ecko, table, all)).toEqual([]);
  clock = 999;
  expect(await hints(ecko, table, all)).toEqual([]);
  clock = 1_000;
  expect(await hints(ecko, table, all)).toContain(echo);
});
