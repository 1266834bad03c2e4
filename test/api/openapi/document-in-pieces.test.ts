import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

let rowgate: TestRowgate;
beforeAll(async () => {
  const rows = Array.from({ length: 300 }, (_, index) =>
    echoRow({
      workflow_slug: `row-${index}`,
      modal_function_name: `row-${index}`,
      api_endpoint_url: `/run/companies/demo/row-${index}/lookup`,
      description: `A long description. ${'x'.repeat(4_000)}`,
    }),
  );
  rowgate = await startRowgate(rows);
});
afterAll(() => rowgate.close());

/** Reads a document piece by piece, and notes the turn of the event loop in which each arrived. */
async function piecesOf(path: string, turn: () => number) {
  const { body, headers } = await rowgate.app.fetch(new Request(`http://localhost${path}`));
  const pieces: { bytes: number; turn: number }[] = [];
  for await (const bytes of body ?? []) pieces.push({ bytes: bytes.byteLength, turn: turn() });
  return { pieces, length: Number(headers.get('content-length')) };
}

test('a large document is written in pieces, one of all readers in each turn of the event loop', async () => {
  let turn = 0;
  let isOver = false;
  const nextTurn = (): void => {
    turn += 1;
    if (!isOver) setImmediate(nextTurn);
  };
  setImmediate(nextTurn);
  const readers = await Promise.all(Array.from({ length: 4 }, () => piecesOf('/openapi.json', () => turn)));
  isOver = true;
  for (const { pieces, length } of readers) {
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ bytes }) => bytes))).toBeLessThanOrEqual(512 * 1024);
    expect(pieces.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(length);
  }
  const turns = readers.flatMap(({ pieces }) => pieces.map((piece) => piece.turn));
  expect(new Set(turns).size).toBe(turns.length);
});

test('it arrives whole, with its length', async () => {
  const response = await fetch(`${rowgate.url}/openapi.json`, { headers: { 'accept-encoding': 'identity' } });
  const text = await response.text();
  expect(Number(response.headers.get('content-length'))).toBe(Buffer.byteLength(text));
  expect(Object.keys(Object(JSON.parse(text)).paths)).toContain('/run/companies/demo/row-299/lookup');
});

test('its head alone has the same length', async () => {
  const headers = { 'accept-encoding': 'identity' };
  const [head, whole] = await Promise.all([
    fetch(`${rowgate.url}/openapi.json`, { method: 'HEAD', headers }),
    fetch(`${rowgate.url}/openapi.json`, { headers }),
  ]);
  expect(head.headers.get('content-length')).toBe(whole.headers.get('content-length'));
  await whole.body?.cancel();
});
