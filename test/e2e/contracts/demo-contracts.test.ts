import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../src/json-schema/json.ts';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows, type TestRow } from '../../helpers/rows.ts';

const json = { 'content-type': 'application/json' };
const exposed = (await demoRows()).filter((row) => row['api_endpoint_url'] !== null);
const longId = '1234567890123456789';

/** The parts of a demo row that a caller goes by. */
function partsOf(row: TestRow): Readonly<{ path: string; schema: JsonObject; example: JsonObject }> {
  const { api_endpoint_url: path, request_schema: schema, example_request: example } = row;
  if (!isJsonObject(schema) || !isJsonObject(example)) throw new Error('a demo row without a contract');
  return { path: String(path), schema, example };
}

function membersOf(schema: JsonObject): readonly (readonly [string, unknown])[] {
  return isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
}

describe('each of the 80 contracts of the demo registry', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate(exposed);
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  const call = (path: string, body: string) => send(rowgate.url + path, { headers: json, body });
  const received = () => rowgate.calls.map(({ body }) => Buffer.from(body).toString());

  test('there are 80', () => {
    expect(exposed).toHaveLength(80);
  });

  test.each(exposed.map((row) => [String(row['workflow_slug']), partsOf(row)] as const))(
    '%s: a valid body passes, a required field that is missing or null is named, defaults and long ids arrive',
    async (slug, { path, schema, example }) => {
      const text = JSON.stringify(example);
      const valid = await call(path, text);
      expect([valid.status, valid.headers['x-workflow']]).toEqual([200, slug]);

      const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
      rowgate.calls.length = 0;
      for (const name of required) {
        const { [name]: _, ...rest } = example;
        const refused = await call(path, JSON.stringify(rest));
        expect(refused.status, name).toBe(422);
        expect(jsonOf(refused), name).toMatchObject({
          code: 'invalid_request_body',
          workflow_slug: slug,
          detail: expect.stringContaining(`${name} is required`),
          errors: [{ pointer: `/${name}`, message: `${name} is required` }],
        });
      }
      expect(received()).toEqual([]);

      const given = Object.fromEntries(required.map((name) => [name, example[name]]));
      await call(path, JSON.stringify(given));
      const expected = Object.fromEntries(
        membersOf(schema).flatMap(([name, member]) =>
          isJsonObject(member) && 'default' in member && !(name in given) ? [[name, member['default']]] : [],
        ),
      );
      const [got = ''] = received();
      expect(JSON.parse(got)).toEqual({ ...expected, ...given });
      const own = JSON.stringify(given).slice(1);
      expect(got.endsWith(own)).toBe(true);

      rowgate.calls.length = 0;
      const payload = `"raw_payload_id_of_test":{"id":${longId},"n":1.0,"n":2}`;
      await call(path, text.replace(/^\{/, `{ ${payload}, `));
      expect(received()[0]).toContain(payload);
    },
  );

  test('a 19-digit id inside raw_payload arrives intact', async () => {
    const withPayload = exposed
      .map(partsOf)
      .filter(({ schema }) => membersOf(schema).some(([name]) => name === 'raw_payload'));
    expect(withPayload.length).toBeGreaterThan(5);
    for (const { path, example } of withPayload) {
      rowgate.calls.length = 0;
      const body = JSON.stringify({ ...example, raw_payload: { id: 'LONG' } }).replace('"LONG"', longId);
      expect((await call(path, body)).status).toBe(200);
      expect(received()[0]).toContain(`"raw_payload":{"id":${longId}}`);
    }
  });
});
