import { describe, expect, test } from 'vitest';
import { labelMismatch, modalLabel } from '../../src/modal/label.ts';
import { demoRows } from '../helpers/rows.ts';

const app = 'demodata--hq-master-data-ingest-';
const hostOf = (functionName: string, prefix = app) => `${modalLabel(prefix, functionName)}.modal.run`;

const rows = await demoRows();
const functions = rows
  .filter((row) => row['modal_endpoint_url'] !== null && row['modal_function_name'] !== null)
  .map((row) => ({
    name: String(row['modal_function_name']),
    host: new URL(String(row['modal_endpoint_url'])).host,
  }));

describe('modalLabel', () => {
  test("gives the label of Modal's own example, whose 67 characters are cut", () => {
    const whole = `${app}ingest-company-customers-structured`;
    expect(whole).toHaveLength(67);
    expect(modalLabel(app, 'ingest_company_customers_structured')).toBe(
      'demodata--hq-master-data-ingest-ingest-company-customers-1267f9',
    );
  });

  test('is in lower case with hyphens for underscores, in the prefix as in the name', () => {
    expect(modalLabel('Demo_Data--App-', 'Ingest_Company')).toBe('demo-data--app-ingest-company');
  });

  test('keeps 63 characters and truncates 64 to 63', () => {
    const name = 'f'.repeat(63 - app.length);
    expect(modalLabel(app, name)).toBe(app + name);
    expect(modalLabel(app, `${name}f`)).toMatch(/^demodata--hq-master-data-ingest-f{24}-[0-9a-f]{6}$/);
  });

  test('leaves -- before the suffix where the cut falls behind a hyphen', () => {
    const name = `${'f'.repeat(23)}_structured_as_a_list`;
    expect(modalLabel(app, name)).toMatch(/^demodata--hq-master-data-ingest-f{23}--[0-9a-f]{6}$/);
  });

  test('distinguishes two functions that are equal up to the cut', () => {
    const labels = ['a', 'b'].map((end) => modalLabel(app, `ingest_company_customers_${end.repeat(20)}`));
    expect(new Set(labels).size).toBe(2);
    expect(new Set(labels.map((label) => label.slice(0, 57))).size).toBe(1);
  });
});

describe('labelMismatch', () => {
  test.each([
    ['an uncut label', hostOf('ingest_company'), 'ingest_company'],
    ['a name in capitals', hostOf('ingest_company'), 'Ingest_Company'],
    ['a label with an environment', hostOf('f', 'demodata-staging--app-'), 'f'],
    ['a cut label', hostOf('ingest_company_customers_structured'), 'ingest_company_customers_structured'],
    [
      'a label cut behind a hyphen',
      hostOf(`${'f'.repeat(23)}_and_more_of_it`),
      `${'f'.repeat(23)}_and_more_of_it`,
    ],
    ['a label cut at the end of the app', hostOf('g'.repeat(40), `w--${'a'.repeat(52)}-`), 'g'.repeat(40)],
    ['a label set by hand without --', 'customers.modal.run', 'ingest_company'],
    ['a custom domain', 'api.example.com', 'ingest_company'],
    ['a custom domain with --', 'demodata--app-other.example.com', 'ingest_company'],
  ])('has nothing to say about %s', (_, host, name) => {
    expect(labelMismatch(host, name)).toBeNull();
  });

  test.each([
    ['another function', hostOf('ingest_company'), 'ingest_person'],
    ['a longer name', hostOf('ingest_company'), 'ingest_company_v2'],
    ['a name that only ends alike', hostOf('reingest'), 'ingest'],
    [
      'another function, equal up to the cut',
      hostOf('ingest_company_customers_structured'),
      'ingest_company_customers_v2',
    ],
    [
      'the part of a name that is before the cut',
      hostOf('ingest_company_customers_structured'),
      'ingest_company_customers',
    ],
    ['a label set by hand that has --', 'demodata--customers.modal.run', 'ingest_company'],
    ['an empty label', '--.modal.run', 'f'],
  ])('warns of %s', (_, host, name) => {
    expect(labelMismatch(host, name)).toContain('the URL may belong to another row');
  });

  test('names the label and the function', () => {
    expect(labelMismatch('demodata--app-a.modal.run', 'b')).toBe(
      'The URL\'s label demodata--app-a does not belong to the function "b": the URL may belong to another row.',
    );
  });

  test('has no warning for any row of the demo registry', () => {
    expect(functions.length).toBeGreaterThanOrEqual(80);
    expect(functions.filter(({ host, name }) => labelMismatch(host, name) !== null)).toEqual([]);
  });

  test('warns of every row of the demo registry once its URLs are shifted by any number of rows', () => {
    const missed: string[] = [];
    for (let shift = 1; shift < functions.length; shift += 1) {
      for (const [index, { name, host }] of functions.entries()) {
        const shifted = functions[(index + shift) % functions.length]?.host ?? '';
        if (shifted !== host && labelMismatch(shifted, name) === null) missed.push(`${name} at ${shifted}`);
      }
    }
    expect(missed).toEqual([]);
  });
});
