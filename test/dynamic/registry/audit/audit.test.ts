import { describe, expect, test } from 'vitest';
import { auditOf } from '../../../../src/dynamic/registry/audit/audit.ts';
import { lastKnownGoodOf } from '../../../../src/dynamic/registry/snapshot.ts';
import { type AuditCode, codesBySeverity, severities } from '../../../../src/schemas/api-shapes/audit-api.ts';
import { demoRows } from '../../../helpers/rows.ts';
import { auditOfRows, snapshotOfRows, soundRow } from './audited.ts';
import type { Columns } from '../rows.ts';

const path = '/run/companies/demo/a/lookup';
const url = 'https://demodata--app-a.modal.run';

/** For each code what a row must hold to be found, beside one that is sound; or several rows. */
const cases: readonly (readonly [AuditCode, Columns | readonly Columns[]])[] = [
  ['row_unreadable', { is_active: 'perhaps' }],
  ['slug_missing', { workflow_slug: null }],
  ['slug_invalid', { workflow_slug: 'a\u0007' }],
  ['slug_duplicate', [{}, { api_endpoint_url: '/run/companies/demo/b/lookup' }]],
  ['function_url_missing', { modal_endpoint_url: null }],
  ['function_url_invalid', { modal_endpoint_url: 'http://demodata--app-a.modal.run' }],
  ['function_url_not_allowed', { modal_endpoint_url: 'https://a.example.com' }],
  ['method_unsupported', { api_endpoint_url: `FETCH ${path}` }],
  ['path_outside_run', { api_endpoint_url: '/a' }],
  ['path_invalid', { api_endpoint_url: '/run//a' }],
  ['path_taken', [{}, soundRow('b', { api_endpoint_url: path })]],
  ['timeout_invalid', { timeout_seconds: 0 }],
  ['max_concurrency_invalid', { max_concurrency: 0 }],
  ['schema_invalid', { request_schema: { type: 'text' } }],
  ['schema_dangerous', { response_schema: { $ref: 'https://example.com/schema' } }],
  ['pattern_not_applied', { request_schema: { properties: { a: { type: 'string', pattern: '(?=a)a' } } } }],
  ['function_url_mismatch', { modal_function_name: 'b' }],
  ['function_url_shared', [{}, soundRow('b', { modal_function_name: 'a', modal_endpoint_url: url })]],
  ['path_unconventional', { api_endpoint_url: '/run/a' }],
  ['slug_invisible_character', { workflow_slug: 'a\u200bb' }],
  ['timeout_unconventional', { timeout_seconds: 91 }],
  ['core_table_missing', { coalesces_to_core: true }],
  ['core_table_unexpected', { core_table: 'core.companies' }],
  ['column_value_unknown', { workflow_type: 'looking' }],
  ['coalesces_to_core_missing', { coalesces_to_core: null }],
  ['workflow_type_missing', { workflow_type: null }],
  ['description_missing', { description: '  ' }],
  ['contract_missing', { response_schema: null }],
  ['contract_reported_only', { contract_mode: 'report' }],
  ['function_name_missing', { modal_function_name: null }],
];

describe('the audit', () => {
  test('finds nothing in a sound row, nor in one that is retired', () => {
    const retired = soundRow('old', { is_active: false, description: null, core_table: 'core.x' });
    expect(auditOfRows([soundRow('a'), soundRow('b'), retired])).toEqual([]);
  });

  test.each(cases)('finds %s', (code, columns) => {
    const rows = [columns].flat().map((over) => soundRow('a', over));
    const found = auditOfRows(rows).filter((finding) => finding.code === code);
    expect(found.length).toBeGreaterThan(0);
    const severity = severities.find((name) => codesBySeverity[name].some((known) => known === code));
    const slugs: readonly unknown[] = rows.map((row) => row['workflow_slug']);
    for (const finding of found) {
      expect(Object.keys(finding).toSorted()).toEqual(['code', 'message', 'severity', 'workflow_slug']);
      expect(finding.severity).toBe(severity);
      expect(slugs).toContain(finding.workflow_slug);
      expect(finding.message).toMatch(/.{10}[.]$/);
    }
  });

  test('has a case above for each of its codes', () => {
    const all = severities.flatMap((severity) => codesBySeverity[severity]);
    expect(cases.map(([code]) => code).toSorted()).toEqual(all.toSorted());
  });

  test('names the other row of a conflict', () => {
    const late = { api_endpoint_url: path, created_at: '2026-01-02T00:00:00.000Z' };
    const [taken] = auditOfRows([soundRow('a'), soundRow('b', late)]);
    expect(taken).toMatchObject({
      code: 'path_taken',
      severity: 'error',
      workflow_slug: 'b',
      message: `Not served as written: ${path} is already served by a, which was there first: give this row another path.`,
    });
  });

  test('tells every reason why a row is rejected, and what else is to be said about it', () => {
    const row = soundRow('a', { timeout_seconds: -1, modal_endpoint_url: 'ftp://a', description: null });
    expect(auditOfRows([row]).map(({ code }) => code)).toEqual([
      'function_url_invalid',
      'timeout_invalid',
      'description_missing',
    ]);
  });

  test('says of a row that cannot be read nothing but why', () => {
    const found = auditOfRows([soundRow('a', { is_active: 'perhaps' })]);
    expect(found.map(({ code }) => code)).toEqual(['row_unreadable']);
  });

  test('finds in a row that serves by its last good version what it finds where there is none', () => {
    const bad = soundRow('a', { request_schema: { type: 'text' } });
    const stale = snapshotOfRows([bad], lastKnownGoodOf(snapshotOfRows([soundRow('a')])));
    expect(stale.counts.stale).toBe(1);
    expect(auditOf(stale.entries)).toEqual(auditOfRows([bad]));
    expect(auditOf(stale.entries).map(({ code }) => code)).toEqual(['schema_invalid']);
  });

  test.each([
    ['lookup', 10, false],
    ['lookup', 9.9, true],
    ['lookup', 90, false],
    ['lookup', 91, true],
    ['infer', 30, false],
    ['infer', 280, true],
    ['backfill', 600, false],
    ['backfill', 60, true],
    ['something', 200, true],
    ['something', null, false],
  ])('calls a timeout far from the convention or not: %s %s s, %s', (action, seconds, isFar) => {
    const row = soundRow('a', {
      api_endpoint_url: `/run/companies/demo/a/${action}`,
      timeout_seconds: seconds,
    });
    expect(auditOfRows([row]).map(({ code }) => code)).toEqual(isFar ? ['timeout_unconventional'] : []);
  });

  test('asks for a contract only of rows that are served', () => {
    const row = soundRow('a', { api_endpoint_url: null, request_schema: null, response_schema: null });
    expect(auditOfRows([row])).toEqual([]);
  });

  test.each([
    ['report', {}, ['contract_reported_only']],
    ['report', { request_schema: null }, ['contract_missing']],
    ['report', { api_endpoint_url: `GET ${path}` }, []],
    ['enforce', {}, []],
    ['off', {}, []],
  ])(
    'tells that a contract only reports where bodies are held against it: %s, %j',
    (mode, columns, codes) => {
      const row = soundRow('a', { contract_mode: mode, ...columns });
      expect(auditOfRows([row]).map(({ code }) => code)).toEqual(codes);
    },
  );

  test('tells of rows with three columns only what they do not say', () => {
    const { workflow_slug, modal_endpoint_url, api_endpoint_url } = soundRow('a');
    const found = auditOfRows([{ workflow_slug, modal_endpoint_url, api_endpoint_url }]);
    expect(found.map(({ severity, code }) => [severity, code])).toEqual([
      ['info', 'coalesces_to_core_missing'],
      ['info', 'contract_missing'],
      ['info', 'description_missing'],
      ['info', 'function_name_missing'],
      ['info', 'workflow_type_missing'],
    ]);
  });

  test('is in one order, whatever that of the rows', () => {
    const rows = cases.flatMap(([, columns], place) =>
      [columns].flat().map((over) => soundRow(`row-${place}`, over)),
    );
    const found = auditOfRows(rows);
    expect(auditOfRows(rows.toReversed())).toEqual(found);
    expect(found.map(({ severity }) => severities.indexOf(severity))).toEqual(
      found.map(({ severity }) => severities.indexOf(severity)).toSorted((a, b) => a - b),
    );
  });
});

test('in the demo registry the audit finds twelve oddities and no error', async () => {
  const found = auditOfRows(await demoRows());
  expect(found.map(({ severity, code, workflow_slug }) => [severity, code, workflow_slug])).toEqual([
    ['warning', 'core_table_missing', 'clay-company-firmographics'],
    ['warning', 'core_table_missing', 'clay-find-companies'],
    ['warning', 'core_table_missing', 'clay-find-people'],
    ['warning', 'core_table_missing', 'clay-person-profile'],
    ['warning', 'core_table_missing', 'core-company-full-upsert'],
    ['warning', 'core_table_missing', 'core-company-simple'],
    ['warning', 'core_table_missing', 'core-company-upsert'],
    ['warning', 'core_table_missing', 'icp-criteria-upsert'],
    ['warning', 'core_table_missing', 'staging-company-linkedin-update'],
    ['warning', 'core_table_missing', 'vc-domain-update'],
    ['warning', 'path_unconventional', 'process-similar-companies-queue'],
    ['warning', 'path_unconventional', 'salesnav-person-location-lookup'],
  ]);
});
