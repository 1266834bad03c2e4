import { describe, expect, test } from 'vitest';
import { parseRow, type RowRules, type RowVerdict } from '../../src/schemas/parse-row.ts';
import { nested } from './verdicts.ts';

const rules: RowRules = {
  allowedHosts: ['*.modal.run'],
  labelMismatch: (host, name) => (host.includes(name) ? null : `${host} is not ${name}`),
};
const good = {
  workflow_slug: 'echo',
  modal_function_name: 'echo',
  modal_endpoint_url: 'https://demodata--app-echo.modal.run',
  api_endpoint_url: '/run/companies/demo/echo/infer',
};
const parse = (over: Readonly<Record<string, unknown>> = {}) => parseRow({ ...good, ...over }, rules);
const reasonsOf = (verdict: RowVerdict) => (verdict.status === 'rejected' ? verdict.reasons : []);
const codesOf = (verdict: RowVerdict) => reasonsOf(verdict).map(({ code }) => code);
const warningsOf = (verdict: RowVerdict) => verdict.warnings.map(({ code }) => code);

describe('a good row', () => {
  test('gives a definition with nothing left to guess', () => {
    const verdict = parse();
    expect(verdict).toMatchObject({ status: 'routable', warnings: [] });
    expect(verdict.status === 'routable' ? verdict.definition : null).toEqual({
      slug: 'echo',
      method: 'POST',
      path: '/run/companies/demo/echo/infer',
      functionUrl: {
        href: 'https://demodata--app-echo.modal.run/',
        origin: 'https://demodata--app-echo.modal.run',
        host: 'demodata--app-echo.modal.run',
        pathname: '/',
        search: '',
      },
      timeoutSeconds: 90,
      requestSchema: null,
      responseSchema: null,
      contractMode: null,
      exampleRequest: null,
      idempotent: false,
      applyDefaults: false,
      maxConcurrency: null,
      deprecatedAt: null,
    });
  });

  test('carries what its own columns say', () => {
    const columns = {
      timeout_seconds: 7,
      request_schema: { type: 'object' },
      response_schema: { type: 'array' },
      contract_mode: 'report',
      example_request: { domain: 'stripe.com' },
      idempotent: true,
      max_concurrency: 4,
      deprecated_at: '2026-11-01T00:00:00.000Z',
    };
    expect(parse({ ...columns, api_endpoint_url: 'PUT /run/a/b/c/d' })).toMatchObject({
      status: 'routable',
      definition: {
        method: 'PUT',
        timeoutSeconds: 7,
        requestSchema: { type: 'object' },
        responseSchema: { type: 'array' },
        contractMode: 'report',
        exampleRequest: { domain: 'stripe.com' },
        idempotent: true,
        maxConcurrency: 4,
        deprecatedAt: '2026-11-01T00:00:00.000Z',
      },
    });
  });

  test('may have its text padded', () => {
    const padded = Object.fromEntries(Object.entries(good).map(([name, value]) => [name, ` ${value}\n`]));
    expect(parseRow(padded, rules)).toMatchObject(parse());
  });

  test.each([[true], [null], [undefined]])('is active where is_active is %s', (is_active) => {
    expect(parse({ is_active }).status).toBe('routable');
  });
});

describe('a row that is not to be served', () => {
  test('is inactive where is_active is false, whatever else is wrong with it', () => {
    const bad = { modal_endpoint_url: 'x', api_endpoint_url: '/x', timeout_seconds: -1, request_schema: 5 };
    expect(parse({ ...bad, is_active: false }).status).toBe('inactive');
  });

  test.each([[null], [undefined], [''], ['  ']])('is not exposed where api_endpoint_url is %j', (text) => {
    expect(parse({ api_endpoint_url: text, modal_endpoint_url: null }).status).toBe('not_exposed');
  });
});

describe('a bad row', () => {
  test('is reported with every reason at once, each with the column to fix', () => {
    const verdict = parse({
      workflow_slug: null,
      modal_endpoint_url: 'https://evil.com',
      api_endpoint_url: '/api/x',
      timeout_seconds: 0,
      request_schema: { type: 'nope' },
      response_schema: { $ref: 'https://evil.com' },
    });
    expect(reasonsOf(verdict).map(({ code, column }) => [code, column])).toEqual([
      ['slug_missing', 'workflow_slug'],
      ['path_outside_run', 'api_endpoint_url'],
      ['function_url_not_allowed', 'modal_endpoint_url'],
      ['timeout_invalid', 'timeout_seconds'],
      ['schema_invalid', 'request_schema'],
      ['schema_dangerous', 'response_schema'],
    ]);
  });

  test.each([
    ['no slug', { workflow_slug: ' ' }, 'slug_missing'],
    ['a slug of 201 characters', { workflow_slug: 'x'.repeat(201) }, 'slug_invalid'],
    ['a slug with a control character', { workflow_slug: 'a\u0000b' }, 'slug_invalid'],
    ['a slug with a line break', { workflow_slug: 'a\nb' }, 'slug_invalid'],
    ['a slug that no header can carry', { workflow_slug: 'a\ud800' }, 'slug_invalid'],
    ['no function URL', { modal_endpoint_url: null }, 'function_url_missing'],
    ['a broken function URL', { modal_endpoint_url: 'http://a.modal.run' }, 'function_url_invalid'],
    ['a foreign function URL', { modal_endpoint_url: 'https://evil.com' }, 'function_url_not_allowed'],
    ['a method of its own', { api_endpoint_url: 'HEAD /run/a' }, 'method_unsupported'],
    ['a path elsewhere', { api_endpoint_url: '/docs' }, 'path_outside_run'],
    ['a path with braces', { api_endpoint_url: '/run/{x}' }, 'path_invalid'],
    ['a bad timeout', { timeout_seconds: 'soon' }, 'timeout_invalid'],
    ['a contract that is text', { request_schema: 'object' }, 'schema_invalid'],
    ['a contract of another dialect', { response_schema: { $schema: 'urn:x' } }, 'schema_invalid'],
    ['a bottomless contract', { request_schema: nested(100_000) }, 'schema_dangerous'],
    ['a column of the wrong type', { is_active: 'maybe' }, 'row_unreadable'],
  ])('with %s is rejected for just that', (_, over, code) => {
    expect(codesOf(parse(over))).toEqual([code]);
  });

  test('with neither slug nor path is reported with the slug only', () => {
    expect(codesOf(parse({ workflow_slug: null, api_endpoint_url: null }))).toEqual(['slug_missing']);
  });

  test('that cannot be read is still known by its slug, and the column is named', () => {
    const verdict = parse({ is_active: 'maybe' });
    expect(verdict.row.workflow_slug).toBe('echo');
    expect(reasonsOf(verdict)).toMatchObject([{ code: 'row_unreadable', column: 'is_active' }]);
  });
});

describe('a row that is served and odd', () => {
  test.each([
    ['path_unconventional', 'api_endpoint_url', { api_endpoint_url: '/run/--/db/x/lookup' }],
    ['function_url_mismatch', 'modal_endpoint_url', { modal_function_name: 'other' }],
    ['core_table_missing', 'core_table', { coalesces_to_core: true }],
    ['column_value_unknown', 'workflow_type', { workflow_type: 'ingset' }],
    ['column_value_unknown', 'contract_mode', { contract_mode: 'strict' }],
  ])('is routable with the warning %s on %s', (code, column, over) => {
    const verdict = parse(over);
    expect(verdict.status).toBe('routable');
    expect(verdict.warnings).toMatchObject([{ code, column }]);
  });

  test('is reported with every warning at once', () => {
    const verdict = parse({
      api_endpoint_url: '/run/x',
      modal_function_name: 'other',
      coalesces_to_core: true,
      workflow_type: 'x',
      contract_mode: 'y',
    });
    expect(warningsOf(verdict)).toEqual([
      'column_value_unknown',
      'column_value_unknown',
      'core_table_missing',
      'path_unconventional',
      'function_url_mismatch',
    ]);
  });

  test('with an unknown contract_mode is served as if it had none, and the warning says what that means', () => {
    expect(parse({ contract_mode: 'reprot' })).toMatchObject({
      definition: { contractMode: null },
      warnings: [
        {
          message:
            'contract_mode is "reprot", which is not one of enforce, report, off: its contracts are enforced.',
        },
      ],
    });
  });

  test.each([
    [{ coalesces_to_core: true, core_table: 'core.companies' }],
    [{ coalesces_to_core: false }],
    [{ modal_function_name: null }],
    [{ workflow_type: 'ingest' }],
    [{ workflow_type: 'inference' }],
    [{ workflow_type: 'lookup' }],
    [{ workflow_type: 'utility' }],
    [{ contract_mode: 'enforce' }],
    [{ contract_mode: 'off' }],
    [{ description: null }],
  ])('is none with %j', (over) => {
    expect(warningsOf(parse(over))).toEqual([]);
  });
});
