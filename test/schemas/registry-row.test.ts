import { describe, expect, test } from 'vitest';
import { readRegistryRow, type RegistryRow } from '../../src/schemas/registry-row.ts';

/** The row that is read; fails where it is refused. */
function rowOf(input: unknown): RegistryRow {
  const read = readRegistryRow(input);
  if (!read.ok) throw new Error(JSON.stringify(read.reasons));
  return read.value;
}

describe('readRegistryRow', () => {
  test('reads a row of the three columns that every registry has; the others are null', () => {
    const row = rowOf({
      workflow_slug: 'echo',
      modal_endpoint_url: 'https://a.modal.run',
      api_endpoint_url: '/run/a/b/c/d',
    });
    const { workflow_slug, modal_endpoint_url, api_endpoint_url, ...others } = row;
    expect([workflow_slug, modal_endpoint_url, api_endpoint_url]).toEqual([
      'echo',
      'https://a.modal.run',
      '/run/a/b/c/d',
    ]);
    expect(new Set(Object.values(others))).toEqual(new Set([null]));
    expect(Object.keys(others)).toHaveLength(25);
  });

  test('ignores columns that it does not know', () => {
    expect(rowOf({ id: 7, owner: { team: 'x' } })).not.toHaveProperty('owner');
  });

  test.each([
    [' echo ', 'echo'],
    ['\t\n echo\r\n', 'echo'],
    ['\ufeffecho\u200b', 'echo'],
    ['\u00adec ho\u0085', 'ec ho'],
    ['\u200b', null],
    ['', null],
    ['   ', null],
    [null, null],
    [undefined, null],
    [42, '42'],
    [42n, '42'],
    [false, 'false'],
  ])('reads the text %o as %j', (given, expected) => {
    expect(rowOf({ workflow_slug: given }).workflow_slug).toBe(expected);
  });

  test.each([[{}], [['echo']], [Symbol('echo')], [new Date(0)], [Number.NaN]])(
    'refuses %o where text is expected',
    (value) => {
      expect(readRegistryRow({ api_endpoint_url: value })).toMatchObject({
        reasons: [
          { column: 'api_endpoint_url', message: 'The row cannot be read: api_endpoint_url must be text.' },
        ],
      });
    },
  );

  test.each([
    ['maybe', '; it is "maybe"'],
    ['truee', '; it is "truee"'],
    [2, '; it is "2"'],
    [{}, ''],
  ])('refuses %j where true or false is expected, and says what it is', (value, shown) => {
    const message = `The row cannot be read: is_active must be true, false or null${shown}.`;
    expect(readRegistryRow({ is_active: value })).toMatchObject({
      reasons: [{ column: 'is_active', message }],
    });
  });

  test.each([
    [true, true],
    [false, false],
    [null, null],
    [undefined, null],
    ['true', true],
    ['TRUE', true],
    [' t\r', true],
    ['yes', true],
    [1, true],
    ['false', false],
    ['FALSE', false],
    ['f\u200b', false],
    ['off', false],
    ['0', false],
    ['', null],
    [' \u00a0', null],
    ['NULL', null],
  ])('reads the flag %j as %j', (given, expected) => {
    expect(rowOf({ is_active: given }).is_active).toBe(expected);
  });

  test.each([
    [new Date('2026-01-02T03:04:05.678Z'), '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02 05:04:05+02', '2026-01-02T03:04:05.000Z'],
    [null, null],
    [undefined, null],
    ['yesterday', null],
    [new Date(Number.NaN), null],
    [Number.POSITIVE_INFINITY, null],
    [1_767_323_045_000, null],
    [{}, null],
  ])('reads the time %o as %j, whatever the row holds', (given, expected) => {
    expect(rowOf({ deprecated_at: given }).deprecated_at).toBe(expected);
  });

  test.each([[Number.POSITIVE_INFINITY], ['yesterday'], [1], [{}], [new Date('+012026-01-01T00:00:00Z')]])(
    'reads the creation time %o as later than any other, lest its row take the path of another one',
    (given) => {
      const { created_at: createdAt } = rowOf({ created_at: given });
      expect((createdAt ?? '') > '9999-12').toBe(true);
    },
  );

  test.each([[null], [''], ['-000043-03-15T00:00:00.000Z'], ['2026-01-02T03:04:05.678Z']])(
    'reads the creation time %j as it is',
    (given) => {
      expect(rowOf({ created_at: given }).created_at).toBe(given === '' ? null : given);
    },
  );

  test('leaves what JSON columns hold to their own parsers', () => {
    const schema = { type: 'object' };
    const row = rowOf({ request_schema: schema, timeout_seconds: 'soon', example_request: [1] });
    expect(row.request_schema).toBe(schema);
    expect(row.timeout_seconds).toBe('soon');
    expect(row.example_request).toEqual([1]);
  });

  test.each([[null], [undefined], [[]], ['row'], [5]])('refuses %j, which is no row', (value) => {
    expect(readRegistryRow(value)).toMatchObject({
      reasons: [{ code: 'row_unreadable', column: null }],
    });
  });
});

describe('text that is longer than any that is kept', () => {
  const long = 'x'.repeat(10_001);

  test.each([
    'description',
    'provider',
    'modal_function_name',
    'idempotent',
    'timeout_seconds',
    'deprecated_at',
  ])('in %s counts as null, and is reported', (column) => {
    const unread: string[] = [];
    const read = readRegistryRow({ workflow_slug: 'a', [column]: long }, (name) => unread.push(name));
    expect(read).toMatchObject({ ok: true, value: { workflow_slug: 'a', [column]: null } });
    expect(unread).toEqual([column]);
  });

  test.each(['workflow_slug', 'modal_endpoint_url', 'api_endpoint_url', 'is_active'])(
    'in %s takes the row out of service',
    (column) => {
      expect(readRegistryRow({ workflow_slug: 'a', [column]: `false${' '.repeat(10_000)}` })).toMatchObject({
        ok: false,
        reasons: [{ code: 'row_unreadable', column }],
      });
    },
  );

  test('is read where it is JSON, which has limits of its own', () => {
    const read = readRegistryRow({ workflow_slug: 'a', request_schema: { description: long } });
    expect(read).toMatchObject({ ok: true, value: { request_schema: { description: long } } });
  });
});
