import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { joinInTurns, largeBytes, piecesOf } from '../../../src/dynamic/call/large-bytes.ts';

const bytes = randomBytes(3 * largeBytes + 1);
const chunksOf = (sizes: readonly number[]): readonly Uint8Array[] => {
  let at = 0;
  return sizes.map((size) => bytes.subarray(at, (at += size)));
};

test.each([
  ['one chunk', [bytes.byteLength]],
  ['chunks of a socket', [...Array.from({ length: 48 }, () => 65_536), 1]],
  ['chunks of odd sizes, empty ones too', [0, 1, largeBytes + 3, 0, 2 * largeBytes - 3]],
])('joins %s to bytes of their own', async (_, sizes) => {
  const chunks = chunksOf(sizes);
  const joined = await joinInTurns(chunks, bytes.byteLength);
  expect(bytes.equals(joined)).toBe(true);
  expect(joined.buffer).not.toBe(bytes.buffer);
});

test('others have their turns while bytes are joined, and while pieces are taken', async () => {
  let turns = 0;
  const count = (): void => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  await joinInTurns([bytes], bytes.byteLength);
  expect(turns).toBeGreaterThanOrEqual(11);
  turns = 0;
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(bytes)) pieces.push(piece);
  clearImmediate(counting);
  expect(turns).toBeGreaterThanOrEqual(11);
  expect(bytes.equals(Buffer.concat(pieces))).toBe(true);
});
