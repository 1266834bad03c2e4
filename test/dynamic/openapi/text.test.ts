import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { textSteps } from '../../../src/dynamic/openapi/text.ts';
import { atOnce } from '../../../src/live/cooperative-task.ts';

const long = 200_000;

test.each([
  ['nothing', []],
  ['letters', ['{"a":', '1', '}']],
  ['many pieces', Array.from({ length: long }, (_, index) => `piece ${index},`)],
  ['one piece that is longer than a step', ['é'.repeat(long)]],
  ['texts of three bytes a unit', ['会社'.repeat(long), 'a', '会社'.repeat(long)]],
  ['pairs of surrogates', Array.from({ length: long }, () => '\u{1F600}')],
])('a document of %s is the bytes of its pieces, one after another, under a tag of them', (_, pieces) => {
  const { bytes, etag } = atOnce(textSteps(pieces));
  const expected = Buffer.from(pieces.join(''));
  expect(bytes.equals(expected)).toBe(true);
  expect(etag).toBe(`"${createHash('sha256').update(expected).digest('base64url').slice(0, 22)}"`);
});

test('a document is put together in steps, so that requests need not wait for all of it', () => {
  expect([...textSteps(Array.from({ length: long }, () => 'ten bytes,'))].length).toBeGreaterThan(25);
});
