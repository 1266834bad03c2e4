import { describe, expect, test } from 'vitest';
import { isAllowedHost, parseFunctionUrl } from '../../src/schemas/function-url.ts';
import { messages, outcome } from './verdicts.ts';

const allowed = ['*.modal.run'];
const parse = (text: string, hosts: readonly string[] = allowed) => parseFunctionUrl(text, hosts);

describe('parseFunctionUrl', () => {
  test('gives the parts of a good URL, path and query as they are written', () => {
    expect(outcome(parse('https://demodata--app-f.modal.run/v1/x?k=%41&l'))).toEqual({
      href: 'https://demodata--app-f.modal.run/v1/x?k=%41&l',
      origin: 'https://demodata--app-f.modal.run',
      host: 'demodata--app-f.modal.run',
      pathname: '/v1/x',
      search: '?k=%41&l',
    });
  });

  test.each(['https://A.Modal.RUN', 'HTTPS://a.MODAL.run/', 'https://a.modal.run'])(
    'reads %s as one and the same URL',
    (text) => {
      expect(outcome(parse(text))).toMatchObject({
        href: 'https://a.modal.run/',
        host: 'a.modal.run',
        pathname: '/',
        search: '',
      });
    },
  );

  test('keeps the case of path and query, which functions tell apart', () => {
    expect(outcome(parse('https://A.modal.run/Path?Key=V'))).toMatchObject({
      pathname: '/Path',
      search: '?Key=V',
    });
  });

  test.each([
    ['another scheme', 'http://a.modal.run'],
    ['another scheme', 'javascript:alert(1)//a.modal.run'],
    ['another scheme', 'file:///etc/passwd'],
    ['another scheme', 'ftp://a.modal.run'],
    ['another scheme', 'data:text/plain,x'],
    ['no scheme', 'a.modal.run'],
    ['no scheme', '//a.modal.run'],
    ['one slash', 'https:/a.modal.run'],
    ['no slash', 'https:a.modal.run'],
    ['three slashes', 'https:///a.modal.run'],
    ['a user', 'https://user@a.modal.run'],
    ['a user and a password', 'https://user:pw@a.modal.run'],
    ['an allowed host as the user', 'https://a.modal.run@evil.com'],
    ['an allowed host as user and password', 'https://a.modal.run:x@evil.com/'],
    ['an empty user', 'https://@a.modal.run'],
    ['a port', 'https://a.modal.run:8443'],
    ['the usual port', 'https://a.modal.run:443'],
    ['an empty port', 'https://a.modal.run:'],
    ['a trailing dot', 'https://a.modal.run.'],
    ['a trailing dot before the path', 'https://a.modal.run./x'],
    ['a leading dot', 'https://.modal.run'],
    ['a percent-encoded host', 'https://a%2emodal.run'],
    ['a percent-encoded slash in the host', 'https://evil.com%2f.modal.run'],
    ['a percent-encoded at sign', 'https://a.modal.run%40evil.com'],
    ['a backslash', 'https://evil.com\\.modal.run'],
    ['a backslash for a slash', 'https:\\\\a.modal.run'],
    ['a backslash in the path', 'https://a.modal.run/\\evil.com'],
    ['a fragment', 'https://a.modal.run/#x'],
    ['a fragment after the host', 'https://evil.com#.modal.run'],
    ['a space', 'https://a.modal.run/x y'],
    ['a space before', ' https://a.modal.run'],
    ['a tab within', 'https://a.mo\tdal.run'],
    ['a line break within', 'https://a.modal\n.run'],
    ['a line break after', 'https://a.modal.run\n'],
    ['a control character', 'https://a.modal.run/\u0000'],
    ['a DEL', 'https://a.modal.run/\u007f'],
    ['letters outside ASCII', 'https://ä.modal.run'],
    ['a fullwidth full stop', 'https://evil.com\uff0fa.modal.run'],
    ['an ideographic full stop', 'https://a\u3002modal.run'],
    ['a soft hyphen', 'https://a\u00ad.modal.run'],
    ['an IPv6 literal', 'https://[::1]'],
    ['an IPv6 literal of an IPv4 address', 'https://[::ffff:127.0.0.1]/'],
    ['an IPv6 literal with a zone', 'https://[fe80::1%25eth0]/'],
    ['an underscore', 'https://a_b.modal.run'],
    ['a comma', 'https://a.modal.run,evil.com'],
    ['no host', 'https://'],
    ['no host but a path', 'https:///x'],
    ['no host but a query', 'https://?a.modal.run'],
    ['an encoded dot segment', 'https://a.modal.run/%2E%2e/x'],
    ['an encoded slash', 'https://a.modal.run/a%2Fb'],
    ['an encoded backslash', 'https://a.modal.run/a%5cb'],
    ['only blanks', '   '],
    ['nothing', ''],
    ['more than 2048 characters', `https://a.modal.run/${'x'.repeat(2029)}`],
  ])('refuses a URL with %s: %j', (_, text) => {
    expect(outcome(parse(text))).toEqual(['function_url_invalid']);
  });

  test.each([
    ['the bare domain', 'https://modal.run'],
    ['a look-alike', 'https://evilmodal.run'],
    ['an allowed host as the path', 'https://evil.com/.modal.run'],
    ['an allowed host as the query', 'https://evil.com?a.modal.run'],
    ['an allowed host in front', 'https://a.modal.run.evil.com'],
    ['localhost', 'https://localhost'],
    ['punycode of a look-alike', 'https://a.xn--mdal-55d.run'],
  ])('refuses %s as not allowed: %s', (_, text) => {
    const result = parse(text);
    expect(outcome(result)).toEqual(['function_url_not_allowed']);
    expect(messages(result)).toContain('UPSTREAM_ALLOWED_HOSTS');
  });

  test.each([
    ['https://127.0.0.1', '127.0.0.1'],
    ['https://127.1', '127.0.0.1'],
    ['https://2130706433', '127.0.0.1'],
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://0x7f.0x0.0x0.0x1', '127.0.0.1'],
    ['https://0177.0.0.1', '127.0.0.1'],
    ['https://0', '0.0.0.0'],
    ['https://169.254.169.254/latest', '169.254.169.254'],
    ['https://0xa9fea9fe/latest', '169.254.169.254'],
    ['https://100.64.0.1', '100.64.0.1'],
    ['https://8.8.8.8', '8.8.8.8'],
  ])('refuses %s, the address %s, also where the configuration allows it', (text, address) => {
    for (const hosts of [allowed, [address], ['*.1']]) {
      const result = parse(text, hosts);
      expect(outcome(result)).toEqual(['function_url_not_allowed']);
      expect(messages(result)).toContain(
        `The host is the IP address ${address}, but a function URL must have a host name`,
      );
    }
  });

  test.each(['https://999.1.1.1', 'https://1.2.3.4.5', 'https://0x.0x.999999999999'])(
    'refuses %s, a number that is no address',
    (text) => {
      expect(parse(text).ok).toBe(false);
    },
  );

  test('takes a URL of 2048 characters', () => {
    expect(parse(`https://a.modal.run/${'x'.repeat(2028)}`).ok).toBe(true);
  });

  test('never repeats a password in its message', () => {
    const hidden = `hunter2${'x'.repeat(300)}`;
    for (const text of [`https://u:${hidden}@a.modal.run`, `https://u:hunter2@x@a.modal.run`]) {
      expect(messages(parse(text))).not.toContain('hunter2');
    }
  });
});

describe('isAllowedHost', () => {
  test.each([
    ['a.modal.run', ['*.modal.run'], true],
    ['a.b.modal.run', ['*.modal.run'], true],
    ['modal.run', ['*.modal.run'], false],
    ['.modal.run', ['*.modal.run'], false],
    ['evilmodal.run', ['*.modal.run'], false],
    ['modal.run', ['modal.run'], true],
    ['a.modal.run', ['modal.run'], false],
    ['x.example.com', ['*.modal.run', 'x.example.com'], true],
    ['a.modal.run', [], false],
  ])('%s among %j: %s', (host, patterns, expected) => {
    expect(isAllowedHost(host, patterns)).toBe(expected);
  });
});
