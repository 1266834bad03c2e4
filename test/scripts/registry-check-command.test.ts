import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlProgram } from '../../scripts/sql.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { registryCommand } from '../helpers/commands/registry-command.ts';
import { runInProcess } from '../helpers/commands/run-program.ts';
import { temporaryDirectory } from '../helpers/process.ts';
import { insertRows } from '../helpers/database-with-rows.ts';
import { echoRow } from '../helpers/rows.ts';

const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
const url = 'https://demodata--app-f.modal.run';
const path = '/run/companies/demo/f/lookup';

describe('npm run registry -- check', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await insertRows(database, [echoRow()]);
  });
  afterAll(() => database.drop());

  /** The exit code, and the cells line, severity, code and workflow of each problem. */
  const check = async (content: string, env: Readonly<Record<string, string>> = away) => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'rows.txt');
    await writeFile(file, content);
    const { code, output, lines } = await registryCommand(['check', file], env);
    const cells = lines.map((line) => line.split(/ {2,}/)).filter((line) => line.length === 5);
    return { code, output, found: cells.slice(1).map((line) => line.slice(0, 4).join(' ')) };
  };

  test('accepts good rows of a CSV file, as Excel writes it, and says that the database was not asked', async () => {
    const csv = `\ufeffworkflow_slug;modal_endpoint_url;api_endpoint_url;is_active;request_schema\r\nf;${url};"${path} ";TRUE;"{""type"": ""object""}"\r\n`;
    const { code, output, found } = await check(csv);
    expect([code, found]).toEqual([0, []]);
    expect(output).toContain('0 errors, 0 warnings in 1 row.');
    expect(output).toContain('were not compared with those of the database');
  });

  test('lists by line what is wrong with rows, and which of them conflict with each other', async () => {
    const csv = [
      'workflow_slug,modal_endpoint_url,api_endpoint_url,is_active,timout',
      `a,${url},${path},maybe,5`,
      `b,${url},${path},true,5`,
      `c,https://evil.example,/run/c,,5`,
      `d,${url}?d,${path},t,5`,
    ].join('\n');
    const { code, found } = await check(csv);
    expect(code).toBe(1);
    expect(found).toEqual([
      '2 warning column_unknown -',
      '2 error row_unreadable a',
      '4 error function_url_not_allowed c',
      '5 error path_taken d',
    ]);
  });

  test('finds conflicts with the rows of the database, which keep their paths', async () => {
    const taking = { ...echoRow({ workflow_slug: 'a' }) };
    const replaced = echoRow({ description: 'new' });
    const ndjson = `${JSON.stringify(taking)}\n${JSON.stringify(replaced)}\n`;
    const { code, found } = await check(ndjson, { DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(found).toContain('1 error path_taken a');
    expect(found.filter((line) => line.includes('error'))).toHaveLength(1);
  });

  test('reads a JSON array, and names the line of what is not JSON', async () => {
    expect((await check(JSON.stringify([echoRow()]))).code).toBe(0);
    const broken = await check('{"workflow_slug": "a"}\n{"workflow_slug": \n');
    expect(broken.code).toBe(1);
    expect(broken.output).toContain('Line 2 is not a JSON object.');
  });
});

test('npm run sql prints JSON columns as JSON', async () => {
  const database = await createTestDatabase();
  try {
    const statement = `select '{"a": [1, {"b": null}]}'::json as found, null as missing, e'\\x1b' as escape; select 1`;
    const { code, output } = await runInProcess(sqlProgram, [statement], { DATABASE_URL: database.url });
    expect(code).toBe(0);
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/ {2,}/)),
    ).toEqual([
      ['found', 'missing', 'escape'],
      ['{"a":[1,{"b":null}]}', 'null', '\\u001b'],
      ['SELECT 1'],
      ['?column?'],
      ['1'],
      ['SELECT 1'],
    ]);
  } finally {
    await database.drop();
  }
});
