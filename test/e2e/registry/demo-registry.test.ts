import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { isJsonObject } from '../../../src/json-schema/json.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows, type TestRow } from '../../helpers/rows.ts';

describe('the demo registry', () => {
  let rowgate: TestRowgate;
  let exposed: readonly TestRow[];

  beforeAll(async () => {
    const rows = await demoRows();
    exposed = rows.filter((row) => row['api_endpoint_url'] !== null);
    rowgate = await startRowgate(rows);
  });
  afterAll(() => rowgate.close());

  test('mounts 80 of its 105 rows and rejects none', () => {
    const counts = rowgate.app.current()?.counts;
    expect(counts).toMatchObject({ rows: 105, mounted: 80, not_exposed: 25, rejected: 0 });
  });

  test('returns 200 on all 80 paths, each with a body of its own response schema from its own function', async () => {
    rowgate.calls.length = 0;
    for (const row of exposed) {
      const response = await fetch(rowgate.url + String(row['api_endpoint_url']), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(row['example_request']),
      });
      const body: unknown = await response.json();
      expect(response.status, `${String(row['workflow_slug'])}: ${JSON.stringify(body)}`).toBe(200);
      expect(response.headers.get('x-workflow')).toBe(row['workflow_slug']);
      expect(validity(row['response_schema'], body)).toBe('valid');
    }
    const hosts = rowgate.calls.map(({ host }) => host);
    expect(hosts).toEqual(exposed.map((row) => new URL(String(row['modal_endpoint_url'])).host));
    expect(new Set(hosts).size).toBe(80);
  });

  test('has an example of its own and one line of description for each exposed row', () => {
    const descriptions = exposed.map((row) => String(row['description']));
    expect(new Set(descriptions).size).toBe(80);
    expect(descriptions.filter((text) => text.includes('\n') || text.length < 20)).toEqual([]);
    const examples = new Set(exposed.map((row) => JSON.stringify(row['example_request'])));
    expect(examples.size).toBe(80);
    for (const row of exposed) expect(validity(row['request_schema'], row['example_request'])).toBe('valid');
  });
});

const ajv = new Ajv2020({ strict: false });

function validity(schema: unknown, value: unknown): string {
  if (!isJsonObject(schema)) return 'the row has no schema';
  const known: JsonObject = schema;
  return ajv.validate(known, value) ? 'valid' : ajv.errorsText();
}
