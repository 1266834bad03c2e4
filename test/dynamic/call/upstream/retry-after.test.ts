import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../../../src/dynamic/call/upstream/retry-after.ts';

const now = () => Date.UTC(1994, 10, 6, 8, 49, 7);
const ask = (retryAfter: string | string[] | undefined, date?: string) =>
  retryAfterMs({ 'retry-after': retryAfter, date }, now);

describe('Retry-After is', () => {
  test.each([
    ['seconds', '120', 120_000],
    ['a date', 'Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
    ["a date in RFC 850's form", 'Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
    ["a date in asctime's form, which is in GMT wherever we are", 'Sun Nov  6 08:49:37 1994', 30_000],
    ['no time at all where the date has passed', 'Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['a day where it is more seconds', '99999999999999999999', 86_400_000],
    ['a day where it is a date further away', 'Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
  ])('%s', (_, value, milliseconds) => {
    expect(ask(value)).toBe(milliseconds);
  });

  test("reckoned by the response's own clock, where it tells the time", () => {
    const until = 'Sun, 06 Nov 1994 08:49:37 GMT';
    expect(ask(until, 'Sun, 06 Nov 1994 08:49:35 GMT')).toBe(2_000);
    expect(ask(until, 'yesterday')).toBe(30_000);
  });

  test.each([
    [undefined],
    [''],
    ['-5'],
    ['1.5'],
    ['soon'],
    ['Monday'],
    ['Sun, 99 Nov 1994 08:49:37 GMT'],
    ['1994-11-06T08:49:37Z'],
    [['1', '2']],
  ])('nothing where it is %j', (value) => {
    expect(ask(value)).toBeNull();
  });
});
