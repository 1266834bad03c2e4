import { describe, expect, test } from 'vitest';
import { keyLength, newKey } from '../../src/auth/key-format.ts';
import { misplacedKey, sentKey } from '../../src/auth/sent-key.ts';

const [key, other] = [newKey(), newKey()];
const headers = (authorization?: string, apiKey?: string) => (name: string) =>
  ({ authorization, 'x-api-key': apiKey })[name];

test('a key has the length that messages give', () => {
  expect(key).toHaveLength(keyLength);
});

describe('the key of a request', () => {
  test.each([
    ['a Bearer token', `Bearer ${key}`, undefined, key],
    ['a bearer token in another case', `bEARER  ${key}`, undefined, key],
    ['X-API-Key', undefined, key, key],
    ['a Bearer token beside another key: the standard header decides', `Bearer ${key}`, other, key],
    ['X-API-Key beside a token of somebody else', 'Bearer eyJhbGciOi.J9.x', key, key],
    ['X-API-Key beside a key that was cut off', `Bearer ${other.slice(0, -1)}`, key, key],
    ['X-API-Key beside another scheme', 'Basic YTpi', key, key],
    ['X-API-Key beside a scheme without a token', 'Bearer', key, key],
    ['a Bearer token beside an X-API-Key of somebody else', `Bearer ${key}`, 'sk-live-1', key],
    ['a token of somebody else, where nothing better was sent', 'Bearer eyJ', 'sk-live-1', 'eyJ'],
    ['nothing', undefined, '', null],
    ['a key without a scheme', key, undefined, null],
  ])('is that of %s', (_, authorization, apiKey, expected) => {
    expect(sentKey(headers(authorization, apiKey))).toBe(expected);
  });
});

describe('what was sent instead of a key', () => {
  test.each([
    [key, undefined, '', 'key without a scheme. Write "Bearer"'],
    [`Token ${key}`, undefined, '', 'after a scheme other than Bearer'],
    ['Basic YTpi', undefined, '', 'a scheme other than Bearer, and no key was sent elsewhere'],
    ['Bearer', undefined, '', 'no key after "Bearer"'],
    [`Bearer ${key} ${key}`, undefined, '', 'Send only the key there'],
    [`Bearer: ${key}`, undefined, '', 'Send only the key there'],
    ['Bearer eyJhbGciOi.J9.x', undefined, '', 'is not a Rowgate key, which begins with rowgate_'],
    [`Bearer "${key}"`, undefined, '', 'in quotation marks'],
    [undefined, `Bearer ${key}`, '', 'X-API-Key has the word "Bearer" before the key'],
    [undefined, `'${key}'`, '', 'in quotation marks'],
    [undefined, key.slice(0, -3), '', 'has 48 characters, but a key has 51'],
    [undefined, `${key.slice(0, -1)}!`, '', 'contains characters that are not allowed in a key'],
    [undefined, `${key}, ${other}`, '', 'contains more than one key'],
    [undefined, 'sk-live-1', '', 'is not a Rowgate key'],
    [undefined, undefined, `api_key=${key}`, 'A key in the URL is not accepted'],
    [undefined, undefined, 'a=1&access_token=x', 'A key in the URL is not accepted'],
    [undefined, undefined, `anything=${key}`, 'A key in the URL is not accepted'],
  ])('%s, %s, %s is explained, and not repeated', (authorization, apiKey, query, expected) => {
    const seen = misplacedKey(headers(authorization, apiKey), query);
    expect(seen).toContain(expected);
    for (const secret of [key, key.slice(0, 16), 'sk-live', 'eyJ', 'YTpi'])
      expect(seen).not.toContain(secret);
  });

  test.each(['', 'page=2', 'monkey=1', 'keyword=x', '%', '&&=&'])(
    'is nothing where the query is %j and there are no headers',
    (query) => {
      expect(misplacedKey(headers(), query)).toBeNull();
    },
  );

  test('is nothing where the key has the right shape', () => {
    expect(misplacedKey(headers(`Bearer ${key}`), '')).toBeNull();
    expect(misplacedKey(headers(undefined, key), '')).toBeNull();
  });
});
