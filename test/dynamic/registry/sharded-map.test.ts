import { expect, test } from 'vitest';
import { createShardedMap } from '../../../src/dynamic/registry/sharded-map.ts';

const odd = ['', '__proto__', 'constructor', '\0', 'é', 'e\u0301', '\ud800', '💥', 'x'.repeat(5_000)];

test.each([
  ['many keys', Array.from({ length: 5_000 }, (_, n) => `/run/a/b/${n}/d`)],
  ['odd keys', odd],
  // The last character of 33 is the first that is sampled, and every third one before it.
  [
    'keys that are equal wherever they are sampled',
    ['a', 'b', 'c'].map((text) => `${'x'.repeat(31)}${text}x`),
  ],
])('finds each of %s and no other', (_, keys) => {
  const map = createShardedMap<number>();
  for (const [index, key] of keys.entries()) map.set(key, index);
  expect(keys.map(map.get)).toEqual([...keys.keys()]);
  expect(['hasOwnProperty', '/run/a/b/-1/d', ' ', 'É'].map(map.get)).toEqual(Array(4).fill(undefined));
});

test('keeps the last value that a key was set to', () => {
  const map = createShardedMap<number>();
  map.set('a', 1);
  map.set('a', 2);
  map.set('b', 3);
  expect(['a', 'b'].map(map.get)).toEqual([2, 3]);
});
