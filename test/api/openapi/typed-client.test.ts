import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../../helpers/keys.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { get } from '../get.ts';
import { type ClientProject, createClientProject } from './typed-client.ts';

describe('a client typed by /openapi.json', { timeout: 120_000 }, () => {
  let rowgate: TestRowgate;
  let client: ClientProject;
  let key: string;
  beforeAll(async () => {
    rowgate = await startRowgate(await demoRows(), { AUTH: 'required' });
    ({ key } = await makeKey(rowgate.database.url, 'read,run:**'));
    const document = await until('the key is known', async () => {
      const { status, body } = await get(`${rowgate.url}/openapi.json`, { 'x-api-key': key });
      return status === 200 && JSON.stringify(body);
    });
    client = await createClientProject(document);
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await rowgate.close();
  });

  test('compiles, and its three calls get what their types say', async () => {
    expect(await client.compile('program.ts')).toEqual({ code: 0, output: '' });
    const { code, output } = await client.run('program.ts', rowgate.url, key);
    expect(code, output).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      statuses: [200, 200, 200],
      success: expect.any(Boolean),
      icpSuccess: expect.any(Boolean),
      matchStatus: expect.any(Boolean),
    });
    expect(rowgate.calls).toHaveLength(3);
  });

  test('does not compile where a required field is missing, and names the field', async () => {
    const { code, output } = await client.compile('missing-field.ts');
    expect(code).not.toBe(0);
    expect(output).toMatch(/missing-field\.ts\(\d+,\d+\): error TS\d+/);
    expect(output).toContain('company_name');
  });
});
