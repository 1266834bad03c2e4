import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type BannerFacts, banner, createKeyCommand, type Paint } from '../../src/config/banner.ts';
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

/** The arguments that a shell parses from the banner's curl line; curl itself is only an echo. */
function shellArguments(over: Partial<BannerFacts>): readonly string[] {
  const command = shown(over)
    .split('\n')
    .find((line) => line.trim().startsWith('curl '));
  const script = `curl() { printf '%s\\0' "$@"; }\n${command ?? ''}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the banner', () => {
  test('shows where it listens, what it serves and how to open the database', () => {
    expect(shown()).toBe(
      [
        '',
        '  Rowgate 1.2.3: insert a row, get an endpoint',
        '',
        '  listening  http://127.0.0.1:3000',
        '  docs       http://127.0.0.1:3000/docs#/run',
        '  routes     80 mounted · 12 warned · 0 rejected  (105 rows)',
        '  access     open: no key required (this machine only)',
        '  functions  simulated at http://127.0.0.1:9000',
        '  database   psql -h 127.0.0.1 -p 5433 -U rowgate rowgate',
        '',
        '  Try it:',
        '',
        `  curl -X POST http://127.0.0.1:3000/run/companies/demo/echo/lookup -H 'content-type: application/json' -d '{"domain":"stripe.com"}'`,
        '',
      ].join('\n'),
    );
  });

  test('has no colour codes if nothing is painted', () => {
    const counts = { rows: 3, mounted: 1, warned: 1, rejected: 1 };
    expect(shown({ counts, isLoopbackOnly: false })).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('paints what needs attention, and only that', () => {
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
      'open to anyone who can reach this address: no key required',
    ]);
  });

  test('says that it is open to anyone if others can reach it', () => {
    const text = shown({ isLoopbackOnly: false });
    expect(text).toContain('access     open to anyone who can reach this address: no key required');
    expect(text).not.toContain('this machine only');
  });

  test.each([
    [null, 'called at the URLs in their rows'],
    [{ origin: 'http://s:1', isSimulator: false }, 'every call is sent to http://s:1'],
    [{ origin: 'http://s:1', isSimulator: true }, 'simulated at http://s:1'],
  ])('shows where functions are called: %j', (standIn, expected) => {
    expect(shown({ standIn })).toContain(`functions  ${expected}\n`);
  });

  test('does not mention an external database', () => {
    expect(shown({ psql: null })).not.toContain('database');
  });

  test('says what to do if no route is mounted', () => {
    const text = shown({ example: undefined });
    expect(text).toContain(
      'No route is mounted yet: insert a row with modal_endpoint_url and api_endpoint_url.',
    );
    expect(text).not.toContain('curl');
  });
});

describe('where keys are needed', () => {
  test('the banner says how to create one, and the call to paste has a place for it', () => {
    const text = shown({ access: 'keys' });
    expect(text).toContain('  access     API key required: npm run keys -- create\n');
    expect(text).toContain(`\n  ${createKeyCommand}\n`);
    expect(text).toContain('with that key in place of YOUR_KEY:\n');
    expect(shellArguments({ access: 'keys' }).slice(3, 5)).toEqual(['-H', 'authorization: Bearer YOUR_KEY']);
  });

  test('nothing is said of keys where none is needed', () => {
    expect(shown()).not.toMatch(/keys --|YOUR_KEY/);
    expect(shellArguments({})).not.toContain('authorization: Bearer YOUR_KEY');
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
  ])('sends the example %j unchanged through a shell', (example_request) => {
    const sent = shellArguments({ example: routeOf('echo', { example_request }) });
    expect(sent.at(-2)).toBe('-d');
    expect(JSON.parse(sent.at(-1) ?? '')).toEqual(example_request);
  });

  test('sends an empty object if the row has no example', () => {
    expect(shellArguments({ example: routeOf('echo') }).at(-1)).toBe('{}');
  });

  test.each(['/run/a;echo;b/c', '/run/$(id)/b', "/run/a'b/c", '/run/a&b/c', '/run/~/*/!x', '/run/(a)/b'])(
    'requests the path %s unchanged through a shell',
    (path) => {
      const sent = shellArguments({ example: routeOf('odd', { api_endpoint_url: path }) });
      expect(sent.slice(0, 3)).toEqual(['-X', 'POST', `http://127.0.0.1:3000${path}`]);
    },
  );

  test('has the method of the row, and no body if that is GET', () => {
    const example = routeOf('echo', { api_endpoint_url: 'GET /run/a/b/c/d', example_request: {} });
    expect(shellArguments({ example })).toEqual(['-X', 'GET', 'http://127.0.0.1:3000/run/a/b/c/d']);
    const other = routeOf('echo', { api_endpoint_url: 'DELETE /run/a/b/c/d' });
    expect(shellArguments({ example: other })[1]).toBe('DELETE');
  });
});
