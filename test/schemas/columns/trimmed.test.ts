import { expect, test } from 'vitest';
import { outerCharacters, trimmed } from '../../../src/schemas/columns/trimmed.ts';

/** Every character of the Basic Multilingual Plane. */
const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));

test('takes off whatever JavaScript takes for white space, and nothing that can be seen', () => {
  const taken = characters.filter((character) => trimmed(`${character}a${character}`) === 'a');
  expect(taken.join('')).toBe(Array.from(outerCharacters).toSorted().join(''));
  expect(taken.filter((character) => !/[\s\p{Cf}\u0085]/u.test(character))).toEqual([]);
  expect(
    characters.filter((character) => character.trim() === '' && !outerCharacters.includes(character)),
  ).toEqual([]);
});

test('leaves what is inside a text, and gives nothing where nothing is left', () => {
  expect(trimmed('a\u200b b')).toBe('a\u200b b');
  expect(trimmed(outerCharacters)).toBe('');
});
