import { describe, expect, test } from 'vitest';
import { createIds, requestIdOf } from '../../src/server/request-id.ts';

const uuid = '0190a1b2-c3d4-4e5f-8a6b-7c8d9e0f1a2b';

describe('requestIdOf', () => {
  test.each(['a', 'req-1', '0190a1b2-c3d4-7e5f', 'Root=1-67891233-abcdef', 'a/b+c=:@._-', 'x'.repeat(128)])(
    "keeps the caller's %s",
    (offered) => {
      expect(requestIdOf(offered, uuid)).toBe(offered);
    },
  );

  test.each([
    [undefined],
    [''],
    [' '],
    ['a b'],
    ['a, b'],
    ['a;b'],
    ['"a"'],
    ['<script>'],
    ['a\n'],
    ['a\u0000'],
    ['größe'],
    ['{{7*7}}'],
    ["' or 1=1"],
    ['x'.repeat(129)],
  ])('makes a new one in place of %j', (offered) => {
    expect(requestIdOf(offered, uuid)).toBe(uuid);
  });
});

describe('the ids of a process', () => {
  test('are W3C trace ids, and their second halves span ids', () => {
    const next = createIds();
    for (let count = 0; count < 1_000; count += 1)
      expect(next()).toMatch(/^[0-9a-f]{16}(?!0{16})[0-9a-f]{16}$/);
  });

  test('differ from each other, and from those of another process', () => {
    const processes = [createIds(), createIds()];
    const ids = Array.from({ length: 100_000 }, (_, count) => processes[count % 2]?.());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('go on where the count starts anew', () => {
    const next = createIds((size) => Buffer.alloc(size, 0xff));
    const before = next();
    expect(next()).not.toBe(before);
    expect([before.slice(16, 24), next().slice(16, 24)]).toEqual(['01000001', '01000001']);
  });

  test('end in digits that are spread over their range, by which samplers go', () => {
    const next = createIds();
    const firstDigits = Array.from({ length: 1_600 }, () => next().charAt(24));
    for (const digit of '0123456789abcdef') {
      const share = firstDigits.filter((first) => first === digit).length;
      expect([digit, share > 50 && share < 150]).toEqual([digit, true]);
    }
  });
});
