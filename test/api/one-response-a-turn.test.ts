import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';

let rowgate: TestRowgate;
beforeAll(async () => {
  rowgate = await startRowgate([echoRow({})]);
});
afterAll(() => rowgate.close());

/** The most responses that were made in one turn of the event loop for 40 requests that arrive in one. */
async function mostResponsesInOneTurn(path: string): Promise<number> {
  let turn = 0;
  let isOver = false;
  const nextTurn = (): void => {
    turn += 1;
    if (!isOver) setImmediate(nextTurn);
  };
  setImmediate(nextTurn);
  const perTurn = new Map<number, number>();
  const ask = async () => {
    await rowgate.app.fetch(new Request(`http://localhost${path}`));
    perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1);
  };
  await Promise.all(Array.from({ length: 40 }, ask));
  isOver = true;
  return Math.max(...perTurn.values());
}

test.each([
  '/metrics',
  '/api/enrichment/status',
  '/',
  '/docs',
  '/errors',
  '/unknown',
  '/api/enrichment/workflows',
])('40 requests for %s do not have their responses made in one turn of the event loop', async (path) => {
  expect(await mostResponsesInOneTurn(path)).toBeLessThanOrEqual(2);
});

test('probes wait for nobody', async () => {
  expect(await mostResponsesInOneTurn('/healthz')).toBe(40);
});
