import { describe, expect, test } from 'vitest';
import { textHash, type TextHash } from '../../../src/dynamic/registry/text-hash.ts';
import { createTextIndex } from '../../../src/dynamic/registry/text-index.ts';

const hostile: TextHash = () => -7;
const wrapping: TextHash = (text) => (text.length % 2 === 0 ? -1 : 0x7fff_ffff);

/** An index over the texts, each claimed for its place, with what each claim gave. */
function indexOf(texts: readonly string[], hashOf: TextHash = textHash) {
  const index = createTextIndex(texts.length, (place) => texts[place], hashOf);
  return { index, holders: texts.map((text, place) => index.claim(hashOf(text), place)) };
}

const odd = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '\0',
  ' ',
  'é',
  'e\u0301',
  '\ud800',
  '💥',
  'x'.repeat(5_000),
];

describe.each([
  ['hashes as they are', textHash],
  ['equal hashes', hostile],
  ['hashes at the end of the table', wrapping],
])('with %s', (_, hashOf) => {
  test.each([0, 1, 2, 3, 5, 100, 341, 342, 1_000])(
    'finds each of %i texts at its place, and no other',
    (count) => {
      const texts = Array.from({ length: count }, (_unused, n) => `text ${n}`);
      const { index, holders } = indexOf(texts, hashOf);
      expect(holders).toEqual([...texts.keys()]);
      expect(texts.map(index.find)).toEqual([...texts.keys()]);
      expect(['', 'text', 'text -1', `text ${count}`].map(index.find)).toEqual(Array(4).fill(undefined));
    },
  );

  test('finds odd texts, and nothing that was not claimed', () => {
    const { index } = indexOf(odd, hashOf);
    expect(odd.map(index.find)).toEqual([...odd.keys()]);
    expect(['hasOwnProperty', 'É', '\ufffd'].map(index.find)).toEqual(Array(3).fill(undefined));
    expect(createTextIndex(0, () => undefined, hashOf).find('__proto__')).toBeUndefined();
  });

  test('leaves a text that several claim with the first, and says who that is', () => {
    const { index, holders } = indexOf(['a', 'b', 'a', 'b', 'a'], hashOf);
    expect(holders).toEqual([0, 1, 0, 1, 0]);
    expect(index.find('a')).toBe(0);
  });

  test('gives a text that is handed over to the next place, and leaves the others', () => {
    const { index } = indexOf(['a', 'b', 'a', 'c'], hashOf);
    index.handOver(hashOf('a'), 0, 2);
    expect(['a', 'b', 'c'].map(index.find)).toEqual([2, 1, 3]);
  });
});

test('looks at a text only where its hash was claimed before', () => {
  const seen: number[] = [];
  const texts = ['a', 'b', 'c', 'b'];
  const index = createTextIndex(texts.length, (place) => {
    seen.push(place);
    return texts[place];
  });
  for (const place of [0, 1, 2]) index.claim(textHash(texts[place] ?? ''), place);
  expect(seen).toEqual([]);
  index.claim(textHash('b'), 3);
  expect(seen).toEqual([3, 1]);
});
