import { describe, expect, test } from 'vitest';
import { traceOf } from '../../../src/dynamic/http/trace-context.ts';

const id = '0190a1b2c3d44e5f8a6b7c8d9e0f1a2b';
const span = '8a6b7c8d9e0f1a2b';

const traceId = '12345678901234567890123456789012';
const parentId = 'fedcba9876543210';
const whole = `00-${traceId}-${parentId}-01`;
const wellFormed = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

describe('traceOf', () => {
  test("continues the caller's trace with a span of ours", () => {
    expect(traceOf(whole, id)).toEqual({
      traceparent: `00-${traceId}-${span}-01`,
      continued: true,
    });
  });

  test.each([[null], [undefined], ['']])(
    'makes a trace that is not sampled where the caller has none: %j',
    (none) => {
      expect(traceOf(none, id)).toEqual({
        traceparent: `00-${id}-${span}-00`,
        continued: false,
      });
    },
  );

  /** The cases of the W3C's own suite (github.com/w3c/trace-context, test/test.py), as far as one header goes. */
  test.each([
    ['a later version', `cc-${traceId}-${parentId}-01`],
    ['a later version with more to it', `cc-${traceId}-${parentId}-01-what-the-future-will-be-like`],
    ['version 01', `01-${traceId}-${parentId}-00`],
  ])('continues the trace of %s, as version 00', (_, offered) => {
    const { traceparent, continued } = traceOf(offered, id);
    expect(continued).toBe(true);
    expect(traceparent).toMatch(wellFormed);
    expect(traceparent).toContain(traceId);
    expect(traceparent).not.toContain(parentId);
  });

  test.each([
    ['two headers', `${whole}, ${whole}`],
    ['version 00 with a character more', `${whole}.`],
    ['version 00 with more to it', `${whole}-what-the-future-will-be-like`],
    ['a later version with more to it that no hyphen begins', `cc-${traceId}-${parentId}-01.what-will-be`],
    ['version ff', `ff-${traceId}-${parentId}-01`],
    ['an illegal first character in the version', `.0-${traceId}-${parentId}-01`],
    ['an illegal second character in the version', `0.-${traceId}-${parentId}-01`],
    ['a version of three digits', `000-${traceId}-${parentId}-01`],
    ['a version of four digits', `0000-${traceId}-${parentId}-01`],
    ['a version of one digit', `0-${traceId}-${parentId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['an illegal character in the trace id', `00-.${traceId.slice(1)}-${parentId}-01`],
    ['capitals in the trace id', `00-${'A'.repeat(32)}-${parentId}-01`],
    ['a trace id that is too long', `00-${traceId}3-${parentId}-01`],
    ['a trace id that is too short', `00-${traceId.slice(1)}-${parentId}-01`],
    ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['an illegal character in the parent id', `00-${traceId}-123456789012345.-01`],
    ['a parent id that is too long', `00-${traceId}-${parentId}7-01`],
    ['a parent id that is too short', `00-${traceId}-${parentId.slice(1)}-01`],
    ['an illegal character in the flags', `00-${traceId}-${parentId}-.0`],
    ['flags that are too long', `00-${traceId}-${parentId}-001`],
    ['flags that are too short', `00-${traceId}-${parentId}-1`],
    ['no hyphens', whole.replaceAll('-', '')],
    ['a blank before', ` ${whole}`],
    ['a line break after', `${whole}\n`],
  ])('makes a new trace in place of one with %s', (_, offered) => {
    const { traceparent, continued } = traceOf(offered, id);
    expect(continued).toBe(false);
    expect(traceparent).toMatch(wellFormed);
    expect(traceparent).not.toContain(traceId);
  });

  test.each([
    ['00', '00'],
    ['01', '01'],
    ['02', '02'],
    ['03', '03'],
    ['ff', '03'],
    ['f0', '00'],
  ])('passes the flags %s on as %s: those that it does not know are cleared', (given, expected) => {
    expect(traceOf(`00-${traceId}-${parentId}-${given}`, id).traceparent.slice(-2)).toBe(expected);
  });
});
