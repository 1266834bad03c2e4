import { describe, expect, test } from 'vitest';
import { nearestPaths } from '../../../src/dynamic/http/nearest-paths.ts';
import { demoRows } from '../../helpers/rows.ts';
import { cpuMsOf } from '../../helpers/cpu-time.ts';

const demo = (await demoRows())
  .map((row) => row['api_endpoint_url'])
  .filter((path) => typeof path === 'string')
  .toSorted();
const infer = '/run/companies/gemini/industry/infer';

describe('nearestPaths', () => {
  test.each([
    ['a letter is missing', '/run/companies/gemini/industry/infr'],
    ['a letter is too much', '/run/companies/gemini/industryy/infer'],
    ['two letters are swapped', '/run/companies/gemini/idnustry/infer'],
    ['the action is missing', '/run/companies/gemini/industry'],
    ['a slash is too much', '/run/companies//gemini/industry/infer'],
    ['/run is mistyped, which sorts it before all others', '/rnu/companies/gemini/industry/infer'],
    ['/run is mistyped, which sorts it behind all others', '/urn/companies/gemini/industry/infer'],
    ['the slash in front is missing', 'run/companies/gemini/industry/infer'],
  ])('names the path that was meant first where %s', (_, asked) => {
    expect(nearestPaths(asked, demo, 3)[0]).toBe(infer);
  });

  test('names the best first and, of equally good ones, in the order of the alphabet', () => {
    const sorted = ['/run/ax', '/run/bb', '/run/bx', '/run/cx'];
    expect(nearestPaths('/run/bb', sorted, 4)).toEqual(['/run/bb', '/run/bx', '/run/ax', '/run/cx']);
  });

  test.each([0, 1, 2, 3])('names at most %d', (limit) => {
    expect(nearestPaths(infer, demo, limit)).toHaveLength(limit);
  });

  test.each([
    '',
    '/',
    '/run',
    '/run/',
    '/run/x',
    '/favicon.ico',
    '/wp-login.php',
    '/run/../../etc/passwd',
    '/run/%00',
    '会社/検索',
    '\ud800',
    '%'.repeat(100),
    `/run/${'a'.repeat(100_000)}`,
  ])('names nothing for garbage: a wrong hint is worse than none (case %#)', (asked) => {
    expect(nearestPaths(asked, demo, 3)).toEqual([]);
  });

  test('names nothing where nothing is registered', () => {
    expect(nearestPaths(infer, [], 3)).toEqual([]);
  });

  test('looks at the whole of a registry of 256 rows, wherever the path would stand in it', () => {
    const others = Array.from({ length: 255 }, (_, index) => `/run/m${String(index).padStart(3, '0')}`);
    const first = ['/run/a', ...others];
    const last = [...others, '/run/z'];
    expect(nearestPaths('zrun/a', first, 1)).toEqual(['/run/a']);
    expect(nearestPaths('!run/z', last, 1)).toEqual(['/run/z']);
  });

  test('costs little for an unknown path however many paths there are', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `/run/${String(index).padStart(200, '0')}`);
    const asked = `/run/${'0'.repeat(194)}050000x`;
    const cpuMs = cpuMsOf(() => {
      for (let round = 0; round < 10; round += 1) nearestPaths(asked, many, 3);
    });
    expect(cpuMs).toBeLessThan(1_000);
  });

  test('leaves the list of paths as it is', () => {
    const frozen = Object.freeze(['/run/a', '/run/b']);
    expect(nearestPaths('/run/b', frozen, 2)).toEqual(['/run/b', '/run/a']);
  });
});
