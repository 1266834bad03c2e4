import { expect, test } from 'vitest';
import { hopByHopHeaders, listedByConnection } from '../../../src/dynamic/http/hop-by-hop.ts';

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

/** Whether a header ends at this hop, by the headers that always do and by those that Connection lists. */
const endsHere = (name: string, connection: string | undefined): boolean =>
  hopByHopHeaders.some((fixedName) => fixedName === name) ||
  listedByConnection(connection)?.has(name) === true;

test.each(fixed)('%s ends at this hop, whatever Connection says', (name) => {
  for (const connection of [undefined, '', 'close', 'keep-alive', 'x-other']) {
    expect(endsHere(name, connection)).toBe(true);
  }
});

test.each(['content-type', 'accept', 'x-custom', 'close', ''])('%j goes on where nobody lists it', (name) => {
  for (const connection of [undefined, 'close', 'keep-alive', 'upgrade']) {
    expect(endsHere(name, connection)).toBe(false);
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
  expect(endsHere('x-custom', connection)).toBe(true);
  expect(endsHere('x-customer', connection)).toBe(false);
});
