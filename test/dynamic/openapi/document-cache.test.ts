import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createDocumentCache, type KeyedView } from '../../../src/dynamic/openapi/document-cache.ts';
import { textSteps } from '../../../src/dynamic/openapi/text.ts';
import { snapshotOf } from '../registry/rows.ts';
import { until } from '../../helpers/until.ts';

const view = (key: string): KeyedView => ({ key, format: 'json', filters: {}, covers: () => true });

/** One whose documents hold this, and how many documents it still has of those that were asked for. */
async function heldOf(count: number, { content, keyLength = 10, ...bound }: Shelved): Promise<number> {
  let made = 0;
  const cache = createDocumentCache({
    build: () => {
      made += 1;
      return textSteps([content]);
    },
    now: () => performance.now(),
    ...bound,
  });
  const snapshot = snapshotOf('1', []);
  const ask = async (index: number): Promise<void> => {
    await (await cache.get(snapshot, view(String(index).padEnd(keyLength)))).gzipped;
  };
  for (let index = 0; index < count; index += 1) await ask(index);
  // The last asked for first, and none once one was not there: what is made anew puts another out.
  for (let index = count - 1; index >= 0; index -= 1) {
    await ask(index);
    if (made > count) return count - 1 - index;
  }
  return count;
}

type Shelved = Readonly<{ content: string; keyLength?: number; maxBytes?: number }>;

/** A shelf whose documents name the snapshot that they are of, and a list of what was made. */
function cacheOfVersions() {
  const made: string[] = [];
  const cache = createDocumentCache({
    build: ({ version }) => {
      made.push(version);
      return textSteps([`version ${version}`]);
    },
    now: () => performance.now(),
    renewAfterMs: 1,
  });
  return { ...cache, made };
}

test('a document is made once for all who ask, and compressed once', async () => {
  const { get, made } = cacheOfVersions();
  const snapshot = snapshotOf('1', []);
  const documents = await Promise.all([1, 2, 3].map(() => get(snapshot, view('all'))));
  expect(new Set([...documents, await get(snapshot, view('all'))]).size).toBe(1);
  expect(made).toEqual(['1']);
  const gzipped = await documents[0]?.gzipped;
  expect(gzipped && gunzipSync(gzipped).toString()).toBe('version 1');
});

test('views of other keys are other documents', async () => {
  const { get, made } = cacheOfVersions();
  const snapshot = snapshotOf('1', []);
  expect(await get(snapshot, view('a'))).not.toBe(await get(snapshot, view('b')));
  expect(made).toEqual(['1', '1']);
});

test('after a swap what was asked for is made anew before it is asked for again, and only that', async () => {
  const { get, renew, made } = cacheOfVersions();
  await get(snapshotOf('1', []), view('all'));
  const second = snapshotOf('2', []);
  renew(second);
  await until('it is made anew', () => made.length === 2);
  expect((await get(second, view('all'))).bytes.toString()).toBe('version 2');
  expect(made).toEqual(['1', '2']);
});

test('a request never gets the document of another snapshot than its own', async () => {
  const { get } = cacheOfVersions();
  const [first, second] = [snapshotOf('1', []), snapshotOf('2', [])];
  const documents = await Promise.all([first, second, first].map((snapshot) => get(snapshot, view('all'))));
  expect(documents.map(({ bytes }) => bytes.toString())).toEqual(['version 1', 'version 2', 'version 1']);
});

test('however many views are asked for, 1,000 documents are kept', async () => {
  expect(await heldOf(1_200, { content: '' })).toBe(1_000);
});

test.each([
  ['itself', { content: ' '.repeat(50_000) }, 20],
  ['its compressed form', { content: randomBytes(30_000).toString('base64') }, 14],
  ['its key', { content: '', keyLength: 8_000 }, 40],
])('what is kept of a document counts: %s', async (_, shelved, most) => {
  const held = await heldOf(100, { ...shelved, maxBytes: 1_000_000 });
  expect(held).toBeLessThanOrEqual(most);
  expect(held).toBeGreaterThan(0);
});

test('after a swap no more than 16 documents are made anew, those that were asked for last', async () => {
  const made: string[] = [];
  const cache = createDocumentCache({
    build: ({ version }, { filters }) => {
      made.push(`${version} ${filters.tag}`);
      return textSteps(['']);
    },
    now: () => performance.now(),
    renewAfterMs: 1,
  });
  const tagged = (tag: string): KeyedView => ({ ...view(tag), filters: { tag } });
  const first = snapshotOf('1', []);
  const tags = Array.from({ length: 100 }, (_, index) => `t${index}`);
  for (const tag of tags) await cache.get(first, tagged(tag));
  const second = snapshotOf('2', []);
  cache.renew(second);
  await until('the last are made anew', () => made.length >= 116);
  // What is asked for now comes behind whatever else would be made anew.
  await cache.get(second, tagged('t0'));
  expect(made.slice(100, 116).toSorted()).toEqual(tags.slice(84).map((tag) => `2 ${tag}`));
  expect(made.slice(116)).toEqual(['2 t0']);
});
