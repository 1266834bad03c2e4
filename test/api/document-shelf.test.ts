import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createDocumentShelf, type KeyedView } from '../../src/api/document-shelf.ts';
import { textSteps } from '../../src/dynamic/openapi-text.ts';
import { snapshotOf } from '../dynamic/rows.ts';
import { until } from '../helpers/until.ts';

const view = (key: string): KeyedView => ({ key, format: 'json', filters: {}, covers: () => true });

/** A shelf whose documents name the snapshot that they are of, and a list of what was made. */
function shelfOfVersions() {
  const made: string[] = [];
  const shelf = createDocumentShelf({
    build: ({ version }) => {
      made.push(version);
      return textSteps([`version ${version}`]);
    },
    now: () => performance.now(),
    renewAfterMs: 1,
  });
  return { ...shelf, made };
}

test('a document is made once for all who ask, and compressed once', async () => {
  const { get, made } = shelfOfVersions();
  const snapshot = snapshotOf('1', []);
  const documents = await Promise.all([1, 2, 3].map(() => get(snapshot, view('all'))));
  expect(new Set([...documents, await get(snapshot, view('all'))]).size).toBe(1);
  expect(made).toEqual(['1']);
  const gzipped = await documents[0]?.gzipped;
  expect(gzipped && gunzipSync(gzipped).toString()).toBe('version 1');
});

test('views of other keys are other documents', async () => {
  const { get, made } = shelfOfVersions();
  const snapshot = snapshotOf('1', []);
  expect(await get(snapshot, view('a'))).not.toBe(await get(snapshot, view('b')));
  expect(made).toEqual(['1', '1']);
});

test('after a swap what was asked for is made anew before it is asked for again, and only that', async () => {
  const { get, renew, made } = shelfOfVersions();
  await get(snapshotOf('1', []), view('all'));
  const second = snapshotOf('2', []);
  renew(second);
  await until('it is made anew', () => made.length === 2);
  expect((await get(second, view('all'))).bytes.toString()).toBe('version 2');
  expect(made).toEqual(['1', '2']);
});

test('a request never gets the document of another snapshot than its own', async () => {
  const { get } = shelfOfVersions();
  const [first, second] = [snapshotOf('1', []), snapshotOf('2', [])];
  const documents = await Promise.all([first, second, first].map((snapshot) => get(snapshot, view('all'))));
  expect(documents.map(({ bytes }) => bytes.toString())).toEqual(['version 1', 'version 2', 'version 1']);
});
