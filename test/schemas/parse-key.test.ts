import { describe, expect, test } from 'vitest';
import { hashOfKey, newKey } from '../../src/auth/key-format.ts';
import { parseKey } from '../../src/schemas/parse-key.ts';
import { keyRow } from '../auth/records.ts';

const [key, other] = [newKey(), newKey()];
const later = 1_795_521_600;

test('a row as the database writes it is usable', () => {
  const parsed = parseKey(keyRow(key, { requests_per_second: 5, burst: 10, monthly_quota: 1e12 }));
  expect(parsed).toMatchObject({ status: 'usable', faults: [], record: { burst: 10, scopes: ['admin'] } });
});

describe('an unreadable column makes the key invalid and is named', () => {
  test.each([
    ['id', null, 'id must be text; it is null.'],
    ['name', null, 'name must be text; it is null.'],
    ['name', ' ', 'name must be text; it is " ".'],
    ['name', { first: 'Ada' }, 'name must be text; it is an object.'],
    ['name', 5, 'name must be text; it is 5.'],
    ['name', undefined, 'name must be text; it is missing.'],
    ['key_hash', null, 'key_hash must be 64 lower-case hexadecimal digits.'],
    ['key_hash', hashOfKey(other).toUpperCase(), 'key_hash must be 64 lower-case hexadecimal digits.'],
    ['key_hash', hashOfKey(other).slice(1), 'key_hash must be 64 lower-case hexadecimal digits.'],
    ['key_hash', `${hashOfKey(other)}\n`, 'key_hash must be 64 lower-case hexadecimal digits.'],
    ['scopes', null, 'scopes must be a list of scopes; it is null.'],
    ['scopes', 'admin', 'scopes must be a list of scopes; it is "admin".'],
    ['scopes', [], 'scopes must contain at least one scope; it is empty.'],
    ['scopes', ['read', null], 'scopes must be a list of scopes; entry 2 is null, which is not a scope.'],
    ['scopes', [['read']], 'scopes must be a list of scopes; entry 1 is a list, which is not a scope.'],
    ['requests_per_second', -5, 'requests_per_second must be a number above 0, or null; it is -5.'],
    ['requests_per_second', 'NaN', 'requests_per_second must be a number above 0, or null; it is "NaN".'],
    ['burst', 0, 'burst must be a number above 0, or null; it is 0.'],
    ['burst', 'Infinity', 'burst must be a number above 0, or null; it is "Infinity".'],
    ['monthly_quota', undefined, 'monthly_quota must be a number above 0, or null; it is missing.'],
  ])('%s = %j', (column, value, cause) => {
    const parsed = parseKey(keyRow(key, { [column]: value }));
    expect(parsed.status).toBe('invalid');
    expect(parsed.faults).toEqual([
      { column, cause, effect: 'The key is refused.', fix: expect.stringMatching(/^[A-Z].*\.$/) },
    ]);
  });

  test.each([null, undefined, 0, 'false'])('is_revoked = %j', (value) => {
    const parsed = parseKey(keyRow(key, { is_revoked: value }));
    expect(parsed).toMatchObject({ status: 'invalid', faults: [{ column: 'revoked_at' }] });
  });

  test.each([null, 5, 'x', [], [keyRow(key)]])('and so is a row that is %j', (row) => {
    expect(parseKey(row)).toMatchObject({ status: 'invalid', id: null, faults: [{ column: null }] });
  });

  test('every one of them at once', () => {
    const { faults } = parseKey(keyRow(key, { name: null, scopes: [null], burst: -1 }));
    expect(faults.map(({ column }) => column)).toEqual(['name', 'scopes', 'burst']);
  });
});

test('a revoked key is revoked, whatever else its row holds, so that revoking ends every complaint', () => {
  const parsed = parseKey(keyRow(key, { is_revoked: true, name: null, scopes: [null] }));
  expect(parsed).toMatchObject({ status: 'revoked', faults: [] });
});

describe('an unreadable previous secret is refused and named, and the current one works', () => {
  test.each([
    ['previous_key_hash', { previous_key_hash: 'short', previous_expires_at_seconds: later }],
    ['previous_key_hash', { previous_key_hash: 5, previous_expires_at_seconds: later }],
    ['previous_expires_at', { previous_key_hash: hashOfKey(other), previous_expires_at_seconds: null }],
    ['previous_expires_at', { previous_key_hash: hashOfKey(other), previous_expires_at_seconds: {} }],
  ])('%s of %j', (column, over) => {
    const parsed = parseKey(keyRow(key, over));
    expect(parsed).toMatchObject({ status: 'usable', record: { previous: null } });
    expect(parsed.faults).toMatchObject([
      { column, effect: expect.stringContaining('the current one works') },
    ]);
  });
});

test.each([
  ['NaN', '"NaN"'],
  ['2099-01-01', '"2099-01-01"'],
  [Number.NaN, 'NaN'],
  [undefined, 'missing'],
  [true, 'true'],
])('an expiry of %j counts as passed and is named', (value, shown) => {
  const parsed = parseKey(keyRow(key, { expires_at_seconds: value }));
  expect(parsed).toMatchObject({
    status: 'usable',
    record: { expires_at_seconds: Number.NEGATIVE_INFINITY },
    faults: [
      {
        column: 'expires_at',
        cause: `expires_at must be a time or null; it is ${shown}.`,
        effect: 'The key counts as expired.',
      },
    ],
  });
});

test('no fault contains a key or a hash of one, in whichever column it was pasted', () => {
  const secrets = [hashOfKey(other), other, hashOfKey(other).toUpperCase()];
  for (const secret of secrets) {
    for (const column of Object.keys(keyRow(key))) {
      for (const value of [secret, [secret], `x${secret}x`]) {
        const { faults } = parseKey(keyRow(key, { [column]: value }));
        expect(JSON.stringify(faults).toLowerCase()).not.toContain(secret.toLowerCase());
      }
    }
  }
});

test('a scope that is not known grants nothing and is named, and the others hold', () => {
  const parsed = parseKey(keyRow(key, { scopes: ['read', 'raed'] }));
  expect(parsed).toMatchObject({
    status: 'usable',
    faults: [{ column: 'scopes', cause: 'Entry 2 of scopes is "raed", which is not a scope.' }],
  });
});
