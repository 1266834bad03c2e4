import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import { guardedConnector, isPublicAddress } from '../../src/dynamic/call/upstream/guarded-connect.ts';

test.each([['8.8.8.8'], ['2606:4700:4700::1111'], ['::ffff:8.8.8.8']])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['127.0.0.1'],
  ['127.255.255.254'],
  ['0.0.0.0'],
  ['10.1.2.3'],
  ['172.16.0.1'],
  ['192.168.1.1'],
  ['169.254.169.254'],
  ['100.64.0.1'],
  ['224.0.0.1'],
  ['255.255.255.255'],
  ['192.0.2.1'],
  ['::'],
  ['::1'],
  ['::ffff:127.0.0.1'],
  ['::ffff:a9fe:a9fe'],
  ['64:ff9b::7f00:1'],
  ['fe80::1'],
  ['fd00:ec2::254'],
  ['ff02::1'],
  ['2002:7f00:1::'],
  ['::7f00:1'],
  ['4000::1'],
  ['168.63.129.16'],
  ['::ffff:168.63.129.16'],
  ['no address'],
])('%s is not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

describe('a connection', () => {
  /** What connecting to a host gives, with names resolved by this function. */
  const connectTo = (hostname: string, lookup: LookupFunction) =>
    new Promise<string>((resolve) => {
      const options = { hostname, host: hostname, protocol: 'https:', port: '1', servername: hostname };
      guardedConnector(lookup)(options, (error, socket) => {
        socket?.destroy();
        resolve(error?.name ?? 'connected');
      });
    });
  const resolvingTo =
    (...addresses: readonly string[]): LookupFunction =>
    (_, __, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const never: LookupFunction = () => {
    throw new Error('a literal is not looked up');
  };

  test.each([['127.0.0.1'], ['[::1]'], ['[::ffff:7f00:1]'], ['169.254.169.254']])(
    'to the literal %s is refused, though no lookup sees it',
    async (literal) => {
      expect(await connectTo(literal, never)).toBe('AddressRefusedError');
    },
  );

  test('to a name with a private address is refused, also where a public one is beside it', async () => {
    expect(await connectTo('a.example', resolvingTo('10.0.0.1'))).toBe('AddressRefusedError');
    expect(await connectTo('a.example', resolvingTo('8.8.8.8', '127.0.0.1'))).toBe('AddressRefusedError');
  });

  test('to a name that was public when it was last asked is verified by what it is now', async () => {
    const addresses = ['10.0.0.1', '8.8.8.8'];
    const asked: string[] = [];
    const rebinding: LookupFunction = (hostname, options, callback) => {
      asked.push(hostname);
      resolvingTo(addresses.shift() ?? '')(hostname, options, callback);
    };
    expect(await connectTo('a.example', rebinding)).toBe('AddressRefusedError');
    expect(asked).toEqual(['a.example']);
  });
});
