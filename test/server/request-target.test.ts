import { describe, expect, test } from 'vitest';
import { parseRequestTarget, targetFault } from '../../src/server/request-target.ts';

describe('parseRequestTarget', () => {
  test.each([
    ['/run/a/b/c/d', '/run/a/b/c/d', ''],
    ['/run/a?x=1&y', '/run/a', 'x=1&y'],
    ['/run/a?', '/run/a', ''],
    ['/run/a?b?c', '/run/a', 'b?c'],
    ['/run/a/?x', '/run/a/', 'x'],
    ['/', '/', ''],
    ['/run/a%2Fb?%41=%zz&a=/../b', '/run/a%2Fb', '%41=%zz&a=/../b'],
    ['//evil.com/run/a', '//evil.com/run/a', ''],
    ['/run//a', '/run//a', ''],
    ['/run/http://x/y', '/run/http://x/y', ''],
    ['/run/.hidden/..b/...', '/run/.hidden/..b/...', ''],
    ['/run/%E4%BC%9A', '/run/%E4%BC%9A', ''],
  ])('reads %j as the path %j and the query %j, nothing decoded', (target, path, query) => {
    expect(parseRequestTarget(target)).toEqual({ path, query, authority: null });
  });

  test.each([
    ['http://gateway.example.com/run/a?x=1', '/run/a', 'x=1', 'gateway.example.com'],
    ['HTTPS://user:pw@gateway:8443/run/a', '/run/a', '', 'gateway:8443'],
    ['http://[::1]:3000/run/a', '/run/a', '', '[::1]:3000'],
    ['http://gateway', '/', '', 'gateway'],
    ['http://gateway?x=1', '/', 'x=1', 'gateway'],
  ])('reduces %j to its path, its query and its host', (target, path, query, authority) => {
    expect(parseRequestTarget(target)).toEqual({ path, query, authority });
  });

  test.each([
    '/run/companies/../../metrics',
    '/run/companies/%2e%2e/%2E%2E/api/enrichment/status',
    '/run/companies/.%2e/x',
    '/run/./a',
    '/run/a/..',
    '/run/a/.',
    '/run/a/%2e',
    '/run\\..\\metrics',
    '/run/a b',
    '/run/größe',
    '/run/"a"',
    '/run/{a}',
    '/run/<a>',
    '/run/a#b',
    'http://gateway/run/../metrics',
    'http://[nonsense/run/a',
    'ftp://gateway/run/a',
    'run/a',
    '*',
    '',
    '?x=1',
  ])('refuses %j, which would be rewritten or names no path', (target) => {
    expect(parseRequestTarget(target)).toBeNull();
  });
});

describe('targetFault', () => {
  test.each([
    ['ftp://gateway/run/a', 'has the scheme ftp, which this server does not serve'],
    ['WSS://gateway/run/a', 'has the scheme wss, which this server does not serve'],
    ['run/a', 'does not begin with a slash'],
    ['?x=1', 'does not begin with a slash'],
    ['', 'does not begin with a slash'],
    ['gateway:443', 'does not begin with a slash'],
    ['mailto:a@b', 'does not begin with a slash'],
    ['*', 'names no path'],
    ['http://[nonsense/run/a', 'has no valid host'],
    ['http:///run/a', 'has no valid host'],
    ['http://gateway/run/../metrics', 'is not normalized'],
    ['/run/a/..', 'is not normalized'],
    ['//host/x y', 'is not normalized'],
  ])('says of %j that it %s', (target, said) => {
    expect(parseRequestTarget(target)).toBeNull();
    expect(targetFault(target, target)).toContain(said);
    expect(/not normalized/.test(targetFault(target, target))).toBe(said === 'is not normalized');
  });
});
