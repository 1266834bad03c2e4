import { describe, expect, test } from 'vitest';
import { isLocalHost, isLocalOrigin } from '../../src/auth/local-names.ts';

const allowed = ['gateway.example.com'];

describe('an open gateway', () => {
  test.each([
    'localhost',
    'LOCALHOST:3000',
    'localhost:',
    'app.localhost:3000',
    '127.0.0.1',
    '127.8.9.10:80',
    '[::1]:3000',
    'gateway.example.com',
    'Gateway.Example.com:8443',
  ])('accepts %s', (host) => {
    expect(isLocalHost(host, allowed)).toBe(true);
  });

  test.each([
    '',
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1.evil.example',
    '127.evil.example',
    '10.0.0.1',
    '[::2]',
    '[::ffff:127.0.0.1]',
    'sub.gateway.example.com',
    'localhost:3000:3000',
    'user@localhost',
  ])('does not accept %j', (host) => {
    expect(isLocalHost(host, allowed)).toBe(false);
  });

  test.each([
    ['http://localhost:5173', [], true],
    ['https://gateway.example.com', [], true],
    ['https://app.example.com', ['https://app.example.com'], true],
    ['https://any.example', ['*'], true],
    ['https://app.example.com', ['https://other.example.com'], false],
    ['null', [], false],
    ['http://localhost.evil.example', [], false],
    ['garbage', [], false],
  ])('lets pages of %s in, with %j: %s', (origin, origins, isLetIn) => {
    expect(isLocalOrigin(origin, allowed, origins)).toBe(isLetIn);
  });
});
