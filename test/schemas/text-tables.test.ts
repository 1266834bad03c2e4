import { describe, expect, test } from 'vitest';
import { parseRow } from '../../src/schemas/parse-row.ts';
import { echoRow, type TestRow } from '../helpers/rows.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch: () => null };
const parse = (over: TestRow) => parseRow(echoRow(over), rules);
const found = (over: TestRow) => {
  const verdict = parse(over);
  const reasons = verdict.status === 'rejected' ? verdict.reasons : [];
  return [verdict.status, ...[...reasons, ...verdict.warnings].map(({ message }) => message)];
};

describe('a row of a table in which every column is text', () => {
  test('is read as what the text says', () => {
    const verdict = parse({
      workflow_slug: 'echo\r',
      entity_type: 'company\u00a0',
      modal_endpoint_url: 'https://demodata--app-echo.modal.run\u200b',
      api_endpoint_url: '\ufeffPOST /run/companies/demo/echo/lookup\r\n',
      is_active: 'TRUE',
      idempotent: 't',
      coalesces_to_core: 'false',
      timeout_seconds: '45\r',
      max_concurrency: '\u00a07 ',
      request_schema: ' {"type": "object"}',
      response_schema: '',
      example_request: '{"domain": "example.com"}',
      deprecated_at: ' 2026-11-01T00:00:00Z\r',
    });
    expect(verdict).toMatchObject({
      status: 'routable',
      warnings: [],
      row: { workflow_slug: 'echo', entity_type: 'company', coalesces_to_core: false },
      definition: {
        slug: 'echo',
        path: '/run/companies/demo/echo/lookup',
        functionUrl: { href: 'https://demodata--app-echo.modal.run/' },
        idempotent: true,
        timeoutSeconds: 45,
        maxConcurrency: 7,
        requestSchema: { type: 'object' },
        responseSchema: null,
        exampleRequest: { domain: 'example.com' },
        deprecatedAt: '2026-11-01T00:00:00.000Z',
      },
    });
  });

  test('counts empty text as null in every column', () => {
    const optional = ['is_active', 'idempotent', 'timeout_seconds', 'max_concurrency', 'request_schema'];
    for (const empty of ['', ' ', '\r\n', '\u200b']) {
      expect(found(Object.fromEntries(optional.map((column) => [column, empty])))).toEqual(['routable']);
    }
    expect(found({ is_active: 'no' })).toEqual(['inactive']);
    expect(found({ api_endpoint_url: '\u00a0' })).toEqual(['not_exposed']);
  });

  test.each([
    [
      { is_active: 'nope' },
      ['rejected', 'The row cannot be read: is_active must be true, false or null; it is "nope".'],
    ],
    [
      { idempotent: 'maybe' },
      ['routable', 'idempotent cannot be read as true or false; it is "maybe". It counts as null.'],
    ],
    [
      { deprecated_at: 'soon' },
      ['routable', 'deprecated_at cannot be read as a time; it is "soon". It counts as null.'],
    ],
    [{ provider: ['gemini'] }, ['routable', 'provider cannot be read as text. It counts as null.']],
    [
      { request_schema: '{"type": "object"' },
      ['rejected', String.raw`request_schema is text but not a JSON object: "{\"type\": \"object\"".`],
    ],
    [
      { timeout_seconds: 'soon' },
      [
        'rejected',
        'timeout_seconds must be a number of seconds above 0 and at most 86400, or null for the conventional timeout; it is "soon".',
      ],
    ],
  ])('names what it cannot read in %j', (over, expected) => {
    expect(found(over)).toEqual(expected);
  });
});
