import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json-schema/json.ts';
import { call } from './client.ts';
import { start } from './start.ts';

const registryFile = new URL('../../../src/dev/demo-registry/registry.json', import.meta.url);

async function exposedRows(): Promise<readonly JsonObject[]> {
  const rows: unknown = JSON.parse(await readFile(registryFile, 'utf8'));
  if (!Array.isArray(rows)) throw new TypeError('registry.json is not an array');
  return rows.filter(isJsonObject).filter(({ api_endpoint_url: path }) => typeof path === 'string');
}

function schemaIn(row: JsonObject, member: string): JsonObject | null {
  const schema = row[member];
  return isJsonObject(schema) ? schema : null;
}

test('every exposed row of the demo registry responds to its example as its own contract says', async () => {
  const rows = await exposedRows();
  const byLabel = new Map(rows.map((row) => [labelIn(row), row]));
  const simulator = await start({
    findFunction(label) {
      const row = byLabel.get(label);
      if (row === undefined) return undefined;
      const requestSchema = schemaIn(row, 'request_schema');
      const responseSchema = schemaIn(row, 'response_schema');
      return { slug: textIn(row, 'workflow_slug'), method: 'POST', path: '/', requestSchema, responseSchema };
    },
  });
  const ajv = new Ajv2020({ strict: false });
  const misfits: JsonValue[] = [];
  for (const row of rows) {
    const host = `${labelIn(row)}.modal.run`;
    const response = await call(simulator, { host, body: row['example_request'] ?? {} });
    const fits = ajv.validate(schemaIn(row, 'response_schema') ?? {}, response.json());
    if (response.status !== 200 || !fits)
      misfits.push(`${labelIn(row)}: ${response.status} ${response.text}`);
  }
  expect(rows.length).toBeGreaterThanOrEqual(80);
  expect(misfits).toEqual([]);
});

function textIn(row: JsonObject, member: string): string {
  const text = row[member];
  if (typeof text !== 'string') throw new TypeError(`${member} is not a string`);
  return text;
}

function labelIn(row: JsonObject): string {
  return new URL(textIn(row, 'modal_endpoint_url')).hostname.split('.')[0] ?? '';
}
