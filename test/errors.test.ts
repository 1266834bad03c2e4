import { describe, expect, test } from 'vitest';
import { errorKinds } from '../src/errors.ts';

describe('the table of errors', () => {
  const kinds = Object.entries(errorKinds).map(([code, kind]) => [code, kind] as const);

  test.each(kinds)('%s has a stable name, an error status, a title and a remedy', (code, kind) => {
    expect(code).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    expect(kind.status).toBeGreaterThanOrEqual(400);
    expect(kind.status).toBeLessThanOrEqual(599);
    expect(kind.title).toMatch(/^[A-Z].*[^.]$/);
    expect(kind.remedy).toMatch(/^[A-Z].*\.$/);
  });

  test('has no 408, which callers retry at once, and no 429 but for a limit of the caller', () => {
    const ofStatus = (wanted: number) =>
      kinds.flatMap(([code, { status }]) => (status === wanted ? [code] : []));
    expect(ofStatus(408)).toEqual([]);
    expect(ofStatus(429)).toEqual(['rate_limited', 'quota_exceeded']);
  });

  test('gives no two errors the same title', () => {
    expect(new Set(kinds.map(([, { title }]) => title)).size).toBe(kinds.length);
  });
});
