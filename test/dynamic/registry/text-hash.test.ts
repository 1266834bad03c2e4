import { expect, test } from 'vitest';
import { createTextHash, textHash } from '../../../src/dynamic/registry/text-hash.ts';

test('gives what HalfSipHash-1-3 gives of the UTF-16 code units, two to a word', () => {
  // Reckoned apart, by a program that gives the reference's vectors for HalfSipHash-2-4.
  const hash = createTextHash(5, 7);
  expect(hash('')).toBe(1272426323);
  expect(hash('abcdefghi')).toBe(829313847);
});

test('gives the same for the same text, however the text came to be', () => {
  const path = '/run/companies/demo/echo/lookup';
  expect(textHash(`x${path}y`.slice(1, -1))).toBe(textHash(path));
  expect(textHash(Buffer.from(path).toString())).toBe(textHash(path));
  expect(textHash(path.split('').join(''))).toBe(textHash(path));
});

test('gives another for each text, as far as 32 bits can, and is a small integer', () => {
  const texts = Array.from({ length: 20_000 }, (_, n) => `/run/a/b/${n}/d`);
  const hashes = new Set(texts.map(textHash));
  expect(hashes.size).toBeGreaterThan(texts.length - 10);
  for (const hash of hashes) expect(hash).toBe(hash | 0);
});

test.each([
  ['', '\0'],
  ['a', 'a\0'],
  ['ab', 'ba'],
  ['\u0100', '\u0000'],
  ['\ud800', '\ufffd'],
  ['ab', '\u6261'],
])('tells %j from %j', (one, other) => {
  expect(textHash(one)).not.toBe(textHash(other));
});

test('depends on the whole key: texts that collide under one do not under another', () => {
  const texts = Array.from({ length: 1_000 }, (_, n) => `text ${n}`);
  for (const other of [createTextHash(1, 3), createTextHash(2, 2)]) {
    const hash = createTextHash(1, 2);
    expect(texts.filter((text) => hash(text) === other(text))).toEqual([]);
  }
});
