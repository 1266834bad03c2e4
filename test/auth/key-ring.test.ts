import { describe, expect, test } from 'vitest';
import { hashOfKey, isKeyShaped, newKey } from '../../src/auth/key-format.ts';
import { createKeyRing } from '../../src/auth/key-ring.ts';
import { parsedKey } from './records.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const noon = now / 1_000;
const [key, other] = [newKey(), newKey()];

test('a key is recognised by its prefix, holds 32 random bytes, and is never the same twice', () => {
  expect(key).toMatch(/^rowgate_[A-Za-z0-9_-]{43}$/);
  expect(Buffer.from(key.slice('rowgate_'.length), 'base64url')).toHaveLength(32);
  expect(new Set(Array.from({ length: 100 }, () => newKey())).size).toBe(100);
  expect(hashOfKey(key)).toMatch(/^[0-9a-f]{64}$/);
});

test.each(['', 'rowgate_', `${key}x`, key.slice(0, -1), key.toUpperCase(), ` ${key}`, 'x'.repeat(100_000)])(
  'what is not shaped like a key is not even hashed',
  (text) => {
    expect(isKeyShaped(text)).toBe(false);
    expect(createKeyRing([parsedKey(key)]).verify(text, now)).toEqual({ kind: 'unknown' });
  },
);

describe('a ring', () => {
  test('knows its keys and nobody else', () => {
    const ring = createKeyRing([parsedKey(key, { id: 'a', name: 'clay' })]);
    expect(ring.verify(key, now)).toMatchObject({ kind: 'valid', caller: { keyId: 'a', name: 'clay' } });
    expect(ring.verify(other, now)).toEqual({ kind: 'unknown' });
  });

  test.each([
    ['revoked', { is_revoked: true }, 'revoked'],
    ['revoked and expired', { is_revoked: true, expires_at_seconds: noon - 3_600 }, 'revoked'],
    ['expired at this very moment', { expires_at_seconds: noon }, 'expired'],
    ['about to expire', { expires_at_seconds: noon + 0.001 }, 'valid'],
    ['expired since ever', { expires_at_seconds: '-Infinity' }, 'expired'],
    ['expired in 44 BC', { expires_at_seconds: -63_549_360_000 }, 'expired'],
    ['about to expire in the year 294276', { expires_at_seconds: 9_224_318_015_999 }, 'valid'],
    ['never to expire', { expires_at_seconds: 'Infinity' }, 'valid'],
    ['to expire at NaN', { expires_at_seconds: 'NaN' }, 'expired'],
    ['to expire at a text', { expires_at_seconds: '2099-01-01' }, 'expired'],
    ['without an expiry column', { expires_at_seconds: undefined }, 'expired'],
  ] as const)('judges a key that is %s', (_, over, kind) => {
    expect(createKeyRing([parsedKey(key, over)]).verify(key, now).kind).toBe(kind);
  });

  test('takes both keys of a rotation until the old one ends, but not beyond the end of the key itself', () => {
    const rotated = {
      previous_key_hash: hashOfKey(other),
      previous_expires_at_seconds: noon + 3_600,
    };
    const ring = createKeyRing([parsedKey(key, rotated)]);
    expect([ring.verify(key, now).kind, ring.verify(other, now).kind]).toEqual(['valid', 'valid']);
    expect(ring.verify(other, now + 3_600_000).kind).toBe('expired');
    const ended = createKeyRing([parsedKey(key, { ...rotated, expires_at_seconds: noon })]);
    expect(ended.verify(other, now).kind).toBe('expired');
  });

  test('admits nobody by a clock that cannot be read', () => {
    expect(createKeyRing([parsedKey(key)]).verify(key, Number.NaN).kind).toBe('expired');
  });

  test.each(['-Infinity', 'NaN', null, '2099-01-01'])('refuses a previous secret that ends at %j', (end) => {
    const rotated = { previous_key_hash: hashOfKey(other), previous_expires_at_seconds: end };
    const ring = createKeyRing([parsedKey(key, rotated)]);
    expect(ring.verify(other, now).kind).not.toBe('valid');
    expect(ring.verify(key, now).kind).toBe('valid');
  });

  test('finds one of 10,000 keys', () => {
    const keys = Array.from({ length: 10_000 }, () => newKey());
    const ring = createKeyRing(keys.map((each, index) => parsedKey(each, { id: String(index) })));
    expect(ring.size).toBe(10_000);
    for (const index of [0, 5_000, 9_999])
      expect(ring.verify(keys[index] ?? '', now)).toMatchObject({ caller: { keyId: String(index) } });
  });
});

test('what is found once is found again, and more keys than are remembered too', () => {
  const keys = Array.from({ length: 1_100 }, () => newKey());
  const ring = createKeyRing(keys.map((each, index) => parsedKey(each, { id: `k${index}` })));
  for (let round = 0; round < 2; round += 1) {
    for (const [index, each] of keys.entries())
      expect(ring.verify(each, now)).toMatchObject({ kind: 'valid', caller: { keyId: `k${index}` } });
  }
});

test('a key that was found valid is verified by the time of each request', () => {
  const ring = createKeyRing([parsedKey(key, { expires_at_seconds: noon })]);
  expect(ring.verify(key, now - 1)).toMatchObject({ kind: 'valid' });
  expect(ring.verify(key, now)).toEqual({ kind: 'expired', keyId: 'id' });
});
