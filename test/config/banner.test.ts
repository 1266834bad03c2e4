import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type BannerFacts, banner, type Paint } from '../../src/config/banner.ts';
import { routeOf } from '../dynamic/registry/rows.ts';

const plain: Paint = (_, text) => text;
const facts: BannerFacts = {
  version: '1.2.3',
  url: 'http://127.0.0.1:3000',
  counts: { rows: 105, mounted: 80, warned: 12, rejected: 0 },
  access: 'open',
  isLoopbackOnly: true,
  standIn: { origin: 'http://127.0.0.1:9000', isSimulator: true },
  psql: 'psql -h 127.0.0.1 -p 5433 -U rowgate rowgate',
  example: routeOf('echo', { example_request: { domain: 'stripe.com' } }),
};
const shown = (over: Partial<BannerFacts> = {}, paint = plain) => banner({ ...facts, ...over }, paint);

/** The words that a shell makes of the banner's curl line, curl itself being only an echo. */
function words(over: Partial<BannerFacts>): readonly string[] {
  const command = shown(over)
    .split('\n')
    .find((line) => line.trim().startsWith('curl '));
  const script = `curl() { printf '%s\\0' "$@"; }\n${command ?? ''}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the banner', () => {
  test('says where it listens, what it serves and how to look inside', () => {
    expect(shown()).toBe(
      [
        '',
        '  Rowgate 1.2.3: insert a row, get an endpoint',
        '',
        '  listening  http://127.0.0.1:3000',
        '  docs       http://127.0.0.1:3000/docs#/run',
        '  routes     80 mounted · 12 warned · 0 rejected  (105 rows)',
        '  access     open: no key is asked for (this machine only)',
        '  functions  played by the Modal simulator http://127.0.0.1:9000',
        '  database   psql -h 127.0.0.1 -p 5433 -U rowgate rowgate',
        '',
        '  Try it:',
        '',
        `  curl -X POST http://127.0.0.1:3000/run/companies/demo/echo/lookup -H 'content-type: application/json' -d '{"domain":"stripe.com"}'`,
        '',
      ].join('\n'),
    );
  });

  test('has no colour codes where nothing is painted', () => {
    const counts = { rows: 3, mounted: 1, warned: 1, rejected: 1 };
    expect(shown({ counts, isLoopbackOnly: false })).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('paints what wants attention, and only that', () => {
    const painted = (over: Partial<BannerFacts>): readonly string[] => {
      const texts: string[] = [];
      shown(over, (style, text) => {
        if (style === 'red' || style === 'yellow') texts.push(text);
        return text;
      });
      return texts;
    };
    expect(painted({ counts: { rows: 80, mounted: 80, warned: 0, rejected: 0 } })).toEqual([]);
    const counts = { rows: 82, mounted: 80, warned: 3, rejected: 2 };
    expect(painted({ counts })).toEqual(['3 warned', '2 rejected']);
    expect(painted({ counts: { ...counts, warned: 0, rejected: 0 }, isLoopbackOnly: false })).toEqual([
      'open to everybody who can reach this address: no key is asked for',
    ]);
  });

  test('says that it is open to everybody where others can reach it', () => {
    const text = shown({ isLoopbackOnly: false });
    expect(text).toContain('access     open to everybody who can reach this address: no key is asked for');
    expect(text).not.toContain('this machine only');
  });

  test.each([
    [null, 'called at their own URLs'],
    [{ origin: 'http://s:1', isSimulator: false }, 'all calls go to http://s:1'],
    [{ origin: 'http://s:1', isSimulator: true }, 'played by the Modal simulator http://s:1'],
  ])('says where functions are called: %j', (standIn, expected) => {
    expect(shown({ standIn })).toContain(`functions  ${expected}\n`);
  });

  test('is silent about a database that is not its own', () => {
    expect(shown({ psql: null })).not.toContain('database');
  });

  test('says what to do where no route is mounted', () => {
    const text = shown({ example: undefined });
    expect(text).toContain(
      'No route is mounted yet: insert a row with modal_endpoint_url and api_endpoint_url.',
    );
    expect(text).not.toContain('curl');
  });
});

describe('the call to paste', () => {
  test.each([
    [{ name: "Levi's" }],
    [{ name: "''\\''" }],
    [{ name: '$(id) `id` "x" \\ ! * ~ # & | ; > <' }],
    [{ name: 'größe\n会社\u0007' }],
    ['just text'],
    [[]],
    [5],
  ])('sends the example %j as it is, whatever a shell makes of it', (example_request) => {
    const sent = words({ example: routeOf('echo', { example_request }) });
    expect(sent.at(-2)).toBe('-d');
    expect(JSON.parse(sent.at(-1) ?? '')).toEqual(example_request);
  });

  test('sends an empty object where the row has no example', () => {
    expect(words({ example: routeOf('echo') }).at(-1)).toBe('{}');
  });

  test.each(['/run/a;echo;b/c', '/run/$(id)/b', "/run/a'b/c", '/run/a&b/c', '/run/~/*/!x', '/run/(a)/b'])(
    'asks for the path %s as it is, whatever a shell makes of it',
    (path) => {
      const sent = words({ example: routeOf('odd', { api_endpoint_url: path }) });
      expect(sent.slice(0, 3)).toEqual(['-X', 'POST', `http://127.0.0.1:3000${path}`]);
    },
  );

  test('has the method of the row, and no body where that is GET', () => {
    const example = routeOf('echo', { api_endpoint_url: 'GET /run/a/b/c/d', example_request: {} });
    expect(words({ example })).toEqual(['-X', 'GET', 'http://127.0.0.1:3000/run/a/b/c/d']);
    const other = routeOf('echo', { api_endpoint_url: 'DELETE /run/a/b/c/d' });
    expect(words({ example: other })[1]).toBe('DELETE');
  });
});
