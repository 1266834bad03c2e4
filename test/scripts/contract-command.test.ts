import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registryProgram } from '../../scripts/registry.ts';
import { directoryWithDatabase, runScript, startProcess } from '../helpers/process.ts';
import { startRowgate } from '../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../helpers/rows.ts';
import { runInProcess } from '../helpers/commands/run-program.ts';
import { startScriptedFunction } from '../helpers/scripted-function.ts';
import { registry } from '../db/listener/sessions.ts';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'registry.ts');
const old = { type: 'object', properties: { name: { type: 'string' }, gone: {} } };
const published = { type: 'object', properties: { name: { type: 'string' }, added: { type: 'integer' } } };
const document = {
  openapi: '3.1.0',
  paths: {
    '/': {
      post: {
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Request' } } },
        },
        responses: { '200': { content: { 'application/json': { schema: {} } } } },
      },
    },
  },
  components: { schemas: { Request: published } },
};

type Hooks = Readonly<{
  env?: Readonly<Record<string, string>>;
  /** SQL that runs while the function is called. */
  meanwhile?: string;
}>;

/** A row whose function publishes a document, or returns any other response. */
async function startWith(body: unknown, status = 200, row: TestRow = {}, hooks: Hooks = {}) {
  await using opened = new AsyncDisposableStack();
  const targets: string[] = [];
  const { env: more = {}, meanwhile } = hooks;
  const fn = opened.use(
    await startScriptedFunction(async (_, response, request) => {
      targets.push(`${request.method} ${request.headers.host}${request.url}`);
      if (meanwhile !== undefined) await rowgate.database.query(meanwhile);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }),
  );
  const rowgate = await startRowgate([echoRow({ request_schema: old, ...row })]);
  opened.defer(rowgate.close);
  const owned = opened.move();
  const run = async (...args: readonly string[]) => {
    const env = { DATABASE_URL: rowgate.database.url, UPSTREAM_CONNECT_TO: fn.origin, ...more };
    return runInProcess(registryProgram, ['contract', ...args], env);
  };
  const stored = () =>
    rowgate.database.query(`select request_schema, response_schema, contract_mode from ${registry}`);
  return {
    run,
    stored,
    query: rowgate.database.query,
    targets,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

describe('npm run registry -- contract', () => {
  test('shows the differences from what the function publishes, and changes nothing', async () => {
    await using started = await startWith(document);
    const { code, output } = await started.run('echo');
    expect(code).toBe(0);
    expect(started.targets).toEqual(['GET demodata--app-echo.modal.run/openapi.json']);
    expect(output).toContain('"echo": the function publishes a different contract');
    expect(output).toContain('request_schema:');
    expect(output).toMatch(/^ {2}- +"gone": \{\},?$/m);
    expect(output).toMatch(/^ {2}\+ +"added": \{$/m);
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain('response_schema:');
    expect(await started.stored()).toEqual([
      { request_schema: old, response_schema: null, contract_mode: null },
    ]);
  });

  test('--write imports it with contract_mode report; then there is nothing to do', async () => {
    await using started = await startWith(document);
    const { code, output } = await started.run('echo', '--write');
    expect([code, output]).toEqual([0, expect.stringContaining('contract_mode report')]);
    expect(await started.stored()).toEqual([
      { request_schema: published, response_schema: null, contract_mode: 'report' },
    ]);
    expect((await started.run('--all')).output).toContain('1 unchanged, 0 different');
  });

  test.each([
    ['without docs', { detail: 'Not Found' }, 404, 'Deploy it with docs=True'],
    ['that returns something else', ['x'], 200, 'not an OpenAPI document'],
    [
      'whose contract could not be served',
      { ...document, components: { schemas: { Request: { properties: { a: { type: 'text' } } } } } },
      200,
      'type',
    ],
  ])('reports what to do about a function %s, and writes nothing', async (_, body, status, message) => {
    await using started = await startWith(body, status);
    const { code, output } = await started.run('echo', '--write');
    expect(code).toBe(1);
    expect(output).toContain('"echo": no contract was imported:');
    expect(output).toContain(message);
    expect(await started.stored()).toMatchObject([{ request_schema: old, contract_mode: null }]);
  });

  test('--write does not touch what does not differ: the text of the request schema, and its mode', async () => {
    const asIs = '{"type":  "object"}';
    const operation = { responses: { '200': { content: { 'application/json': { schema: published } } } } };
    await using started = await startWith({ openapi: '3.1.0', paths: { '/': { post: operation } } });
    await started.query(`update ${registry} set request_schema = $1, contract_mode = 'enforce'`, [asIs]);
    await started.query(`update ${registry} set contract_mode = 'enforce'`);
    expect((await started.run('echo', '--write')).code).toBe(0);
    expect(
      await started.query(
        `select request_schema::text as request, response_schema, contract_mode from ${registry}`,
      ),
    ).toEqual([{ request: asIs, response_schema: published, contract_mode: 'enforce' }]);
  });

  test.each([
    ['request_schema', `'{"title": "edited"}'`],
    ['response_schema', `'{"title": "edited"}'`],
    ['modal_endpoint_url', `'https://demodata--app-other.modal.run'`],
  ])('--write does not overwrite a row whose %s was changed meanwhile', async (column, value) => {
    const meanwhile = `update ${registry} set ${column} = ${value}`;
    await using started = await startWith(document, 200, {}, { meanwhile });
    for (const which of ['echo', '--all']) {
      await started.query(`update ${registry} set request_schema = null, response_schema = null,
        modal_endpoint_url = 'https://demodata--app-echo.modal.run'`);
      const { code, output } = await started.run(which, '--write');
      expect([code, output]).toEqual([1, expect.stringContaining('the row was changed meanwhile')]);
      const [kept] = await started.query(`select (${column})::text = ${value} as is_kept from ${registry}`);
      expect(kept).toEqual({ is_kept: true });
    }
  });

  test('reads and writes the table of REGISTRY_TABLE, which need not have a contract to be compared', async () => {
    const env = { REGISTRY_TABLE: 'theirs.routes' };
    await using started = await startWith(document, 200, {}, { env });
    await started.query(`create schema theirs; create table theirs.routes as
      select workflow_slug || '-too' as workflow_slug, modal_endpoint_url, api_endpoint_url from ${registry}`);
    expect((await started.run('--all')).output).toContain(
      '"echo-too": the function publishes a different contract',
    );
    await started.query(`alter table theirs.routes add request_schema jsonb, add contract_mode text`);
    expect((await started.run('echo-too', '--write')).code).toBe(0);
    expect(await started.query('select request_schema, contract_mode from theirs.routes')).toEqual([
      { request_schema: published, contract_mode: 'report' },
    ]);
    expect(await started.stored()).toMatchObject([{ request_schema: old }]);
  });

  test('--all exits with 1 if one of them cannot be compared', async () => {
    await using started = await startWith({ detail: 'Not Found' }, 404);
    expect(await started.run('--all')).toEqual({ code: 1, output: expect.stringContaining('1 failed.') });
  });

  test('does not contact a host that the configuration does not allow', async () => {
    await using started = await startWith(document, 200, { modal_endpoint_url: 'https://evil.example' });
    const { code, output } = await started.run('echo');
    expect([code, output]).toEqual([1, expect.stringContaining('UPSTREAM_ALLOWED_HOSTS')]);
    expect(started.targets).toEqual([]);
  });

  test('reports an unknown slug', async () => {
    await using started = await startWith(document);
    expect(await started.run('nobody')).toEqual({
      code: 1,
      output: expect.stringContaining('no row with the slug "nobody"'),
    });
    expect((await started.run()).output).toContain('contract takes one slug or --all');
  });

  test('finds the embedded database and its simulator, whose functions publish what the rows contain', async () => {
    await using directory = await directoryWithDatabase();
    const rowgate = await startProcess(directory.path);
    const all = runScript(script, ['contract', '--all'], directory.path, {});
    expect([await all.exited, all.output()]).toEqual([
      0,
      expect.stringContaining('80 unchanged, 0 different'),
    ]);
    rowgate.kill('SIGTERM');
    expect(await rowgate.exited).toBe(0);
  });
});
