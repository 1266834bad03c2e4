import { expect, test } from 'vitest';
import { hopByHopTest } from '../../src/dynamic/hop-by-hop.ts';

const fixed = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];

test.each(fixed)('%s ends at this hop, whatever Connection says', (name) => {
  for (const connection of [null, undefined, '', 'close', 'keep-alive', 'x-other']) {
    expect(hopByHopTest(connection)(name)).toBe(true);
  }
});

test.each(['content-type', 'accept', 'x-custom', 'close', ''])('%j goes on where nobody lists it', (name) => {
  for (const connection of [null, undefined, 'close', 'keep-alive', 'upgrade']) {
    expect(hopByHopTest(connection)(name)).toBe(false);
  }
});

test.each([
  'x-custom',
  'X-Custom',
  'close, x-custom',
  'Keep-Alive,X-CUSTOM',
  'keep-alive ,\t x-custom ,, x-other',
  'x-custom,close',
])('a header that Connection lists ends at this hop: %j', (connection) => {
  const endsHere = hopByHopTest(connection);
  expect(endsHere('x-custom')).toBe(true);
  expect(endsHere('x-customer')).toBe(false);
});
