import { describe, expect, test } from 'vitest';
import { isConventionalPath, parseEndpoint } from '../../src/schemas/endpoint-path.ts';
import { messages, outcome } from './verdicts.ts';

const path = '/run/companies/gemini/industry/infer';

describe('parseEndpoint', () => {
  test.each([
    path,
    `${path}/`,
    `POST ${path}`,
    `post   ${path}`,
    `POST\t${path}`,
    `https://api.example.com${path}`,
    `http://api.example.com:8080${path}/`,
    `HTTPS://user@API.example.com${path}`,
    `POST https://api.example.com${path}`,
  ])('reads %j as POST to one and the same path', (text) => {
    expect(outcome(parseEndpoint(text))).toEqual({ method: 'POST', path });
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('takes the method %s, in any case', (method) => {
    expect(outcome(parseEndpoint(`${method} ${path}`))).toEqual({ method, path });
    expect(outcome(parseEndpoint(`${method.toLowerCase()} ${path}`))).toEqual({ method, path });
  });

  test.each(['HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'QUERY', 'FETCH'])('refuses the method %s', (method) => {
    const result = parseEndpoint(`${method} ${path}`);
    expect(outcome(result)).toEqual(['method_unsupported']);
    expect(messages(result)).toContain(`"${method}" is not a supported method`);
  });

  test.each([
    '',
    '/',
    'run/a/b/c/d',
    '/run',
    '/run/',
    '/runs/a/b/c/d',
    '/Run/a/b/c/d',
    '/api/enrichment/workflows',
    '//run/a/b/c/d',
    'https://api.example.com',
    'https://api.example.com/v1/run/a',
    'https://api.example.com?x=/run/a',
    'ftp://api.example.com/run/a/b/c/d',
    'GET/run/a/b/c/d',
    'javascript:/run/a',
  ])('refuses %j, which is not under /run/', (text) => {
    expect(outcome(parseEndpoint(text))).toEqual(['path_outside_run']);
  });

  test.each([
    ['/run//', 'empty segment'],
    ['/run/a//b', 'empty segment'],
    ['/run/a/b//', 'empty segment'],
    ['/run/a/./b', '"." or ".."'],
    ['/run/a/../b', '"." or ".."'],
    ['/run/..', '"." or ".."'],
    ['/run/a%2Fb', 'segment "a%2Fb"'],
    ['/run/%61', 'segment "%61"'],
    ['/run/{id}/x', 'segment "{id}"'],
    ['/run/a b', 'segment "a b"'],
    ['/run/a?b=c', 'segment "a?b=c"'],
    ['/run/a#b', 'segment "a#b"'],
    ['/run/a\\b', 'has a character outside'],
    ['/run/größe', 'segment "größe"'],
    ['/run/会社/x', 'segment "会社"'],
    ['/run/a\u0000', 'has a character outside'],
    ['/run/a\nb', 'has a character outside'],
    ['/run/a POST', 'has a character outside'],
  ])('refuses %j and says why', (text, why) => {
    const result = parseEndpoint(text);
    expect(outcome(result)).toEqual(['path_invalid']);
    expect(messages(result)).toContain(why);
  });

  test('routes every character that RFC 3986 lets stand in a segment, as it is', () => {
    const odd = "/run/aZ09-._~!$&'()*+,;=:@/.../--/-";
    expect(outcome(parseEndpoint(odd))).toEqual({ method: 'POST', path: odd });
  });

  test('takes a path of 512 characters and refuses one more', () => {
    const longest = `/run/${'a'.repeat(507)}`;
    expect(outcome(parseEndpoint(longest))).toEqual({ method: 'POST', path: longest });
    expect(outcome(parseEndpoint(`${longest}a`))).toEqual(['path_invalid']);
  });

  test('names a hostile text without repeating all of it or breaking the line', () => {
    for (const text of [`/run/${'é'.repeat(100_000)}`, 'x\u001b[2J\r\n\u009b\u202e'.repeat(1000)]) {
      const said = messages(parseEndpoint(text));
      expect(said.length).toBeLessThan(600);
      expect(said).toMatch(/^[^\p{Cc}\u2028-\u202e]+$/u);
    }
  });
});

describe('isConventionalPath', () => {
  test.each([path, '/run/a/b/c/d', '/run/people/clay-native/find-people-2/ingest'])(
    'holds for %s',
    (text) => {
      expect(isConventionalPath(text)).toBe(true);
    },
  );

  test.each([
    '/run/a/b/c',
    '/run/a/b/c/d/e',
    '/run/--/db/salesnav-person/lookup',
    '/run/-a/b/c/d',
    '/run/a-/b/c/d',
    '/run/a--b/b/c/d',
    '/run/IGNORE/IGNORE/IGNORE/process',
    '/run/a_b/b/c/d',
    '/run/a.b/b/c/d',
    '/run/a/b/c/d/',
    '/x/run/a/b/c/d',
  ])('does not hold for %s, which is routed all the same', (text) => {
    expect(isConventionalPath(text)).toBe(false);
  });
});
