import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';

const readers = 20;

let rowgate: TestRowgate;
beforeAll(async () => {
  rowgate = await startRowgate([]);
});
afterAll(() => rowgate.close());

/** The memory behind each piece of a response, and its bytes. */
async function read(path: string) {
  const { status, body } = await rowgate.app.fetch(new Request(`http://localhost${path}`));
  const pieces: Uint8Array[] = [];
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) break;
    pieces.push(value);
  }
  return {
    status,
    pieces,
    memory: pieces.map(({ buffer }) => buffer),
    text: Buffer.concat(pieces).toString(),
  };
}

const assetsIn = (text: string): readonly string[] =>
  [...text.matchAll(/"(\/docs\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

test('each file of the docs page is in memory once, however many read it, and however large it is', async () => {
  const assets = assetsIn((await read('/docs')).text);
  expect(assets).toContain('/docs/assets/swagger-ui-bundle.js');
  for (const path of assets) {
    // The first ones arrive while the file is being read.
    const first = await Promise.all(Array.from({ length: readers }, () => read(path)));
    const later = await read(path);
    const memory = new Set([...first, later].flatMap((response) => response.memory));
    expect([path, memory.size]).toEqual([path, 1]);
    expect(new Set(first.map(({ status, text }) => `${status} ${text.length}`)).size).toBe(1);
  }
});
