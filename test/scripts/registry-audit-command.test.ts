import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditOfRows } from '../dynamic/registry/audit/audited.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { runScript, temporaryDirectory } from '../helpers/process.ts';
import { registryCommand } from '../helpers/commands/registry-command.ts';
import { insertRows } from '../helpers/database-with-rows.ts';
import { type Environment } from '../helpers/rowgate.ts';
import { demoRows, echoRow } from '../helpers/rows.ts';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'registry.ts');
const elsewhere = 'postgres://somebody:hunter2@127.0.0.1:1/none';

describe('npm run registry -- audit', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const audit = (args: readonly string[] = [], env: Environment = {}) =>
    registryCommand(['audit', ...args], { DATABASE_URL: database.url, ...env });

  test('of the demo registry succeeds, with twelve warnings in a table', async () => {
    await insertRows(database, await demoRows());
    const { code, lines } = await audit();
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^severity {2}code {17}workflow {25}message$/);
    expect(lines[1]).toBe(
      'warning   core_table_missing   clay-company-firmographics       coalesces_to_core is true, but core_table is empty.',
    );
    expect(lines).toHaveLength(15);
    expect(lines.at(-1)).toBe('0 errors, 12 warnings, 0 info in 105 rows.');
  });

  test('--json prints the findings and nothing else', async () => {
    await insertRows(database, await demoRows());
    const { code, output } = await audit(['--json']);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({ findings: auditOfRows(await demoRows()) });
  });

  test('of an empty registry succeeds and says so', async () => {
    expect(await audit()).toMatchObject({ code: 0, output: '0 errors, 0 warnings, 0 info in 0 rows.\n' });
    expect((await audit(['--json'])).output).toBe('{\n  "findings": []\n}\n');
  });

  test.each([[[]], [['--json']]])('with an error exits with 1: audit %j', async (args) => {
    await insertRows(database, [echoRow({ modal_function_name: 'other' })]);
    const { code, output } = await audit(args);
    expect(code).toBe(1);
    expect(output).toContain('function_url_mismatch');
  });

  test('never interprets the text of a row, and is coloured only on terminals', async () => {
    await using directory = await temporaryDirectory();
    await insertRows(database, [
      echoRow({ workflow_slug: 'e\u202echo', modal_function_name: 'a\u001b[31m\nb', description: 'x' }),
    ]);
    const plain = await audit();
    for (const character of ['\u001b', '\u202e']) expect(plain.output).not.toContain(character);
    expect(plain.lines[1]).toMatch(/^error {5}function_url_mismatch {6}e\\u202echo /);
    const env = { DATABASE_URL: database.url, FORCE_COLOR: '1' };
    const coloured = runScript(script, ['audit'], directory.path, env);
    expect(await coloured.exited).toBe(1);
    expect(coloured.output()).toContain('\u001b[31merror\u001b[39m     function_url_mismatch');
  });

  test('lists ten rows of each kind of information, and counts the others', async () => {
    const rows = Array.from({ length: 12 }, (_, place) => ({ workflow_slug: `row-${place + 10}` }));
    await insertRows(database, rows);
    const { lines } = await audit();
    const about = lines.filter((line) => line.includes('description_missing'));
    expect(about).toHaveLength(11);
    expect(about.at(-1)).toMatch(/^info +description_missing +… +2 more rows: see --json\.$/);
  });

  test('reads a table of three columns elsewhere, by a role that may only SELECT', async () => {
    await using opened = new AsyncDisposableStack();
    const theirs = await createTestDatabase('blank');
    opened.defer(theirs.drop);
    const role = `auditor_${new URL(theirs.url).pathname.slice(6)}`;
    await theirs.query(`
      create schema theirs;
      create table theirs.routes (workflow_slug text, modal_endpoint_url text, api_endpoint_url text);
      insert into theirs.routes values
        ('echo', 'https://demodata--app-echo.modal.run', '/run/companies/demo/echo/lookup'),
        ('same', 'https://demodata--app-echo.modal.run', '/run/companies/demo/echo/lookup'),
        (null, 'x', 'y');
      create role ${role} login password 'reader';
      grant usage on schema theirs to ${role};
      grant select on theirs.routes to ${role}`);
    opened.defer(async () => {
      await theirs.query(`drop owned by ${role}`);
      await theirs.query(`drop role ${role}`);
    });
    const url = new URL(theirs.url);
    url.username = role;
    url.password = 'reader';
    // DATABASE_URL is unreachable: REGISTRY_DATABASE_URL is enough.
    const { code, output } = await audit(['--json'], {
      DATABASE_URL: elsewhere,
      REGISTRY_DATABASE_URL: url.href,
      REGISTRY_TABLE: 'theirs.routes',
    });
    expect(code).toBe(1);
    const findings: unknown = Object(JSON.parse(output)).findings;
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'path_taken', severity: 'error', workflow_slug: 'same' }),
        expect.objectContaining({ code: 'slug_missing', severity: 'error', workflow_slug: null }),
        expect.objectContaining({ code: 'description_missing', severity: 'info', workflow_slug: 'echo' }),
      ]),
    );
  });

  test('explains what is wrong with the database and names the right variable', async () => {
    const away = await audit([], { REGISTRY_DATABASE_URL: elsewhere });
    expect(away.code).toBe(1);
    expect(away.output).toContain('fix REGISTRY_DATABASE_URL');
    expect(away.output).not.toContain('hunter2');
    expect((await audit([], { DATABASE_URL: elsewhere })).output).toContain('fix DATABASE_URL');
    const missing = await audit([], { REGISTRY_TABLE: 'theirs.routes' });
    expect([missing.code, missing.output]).toEqual([1, expect.stringContaining('no table theirs.routes')]);
  });
});
