import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grantsProgram } from '../../../scripts/grants.ts';
import { grantStatements, type Right, rightsOf } from '../../../src/db/rights.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { createTestRole, type TestRole } from '../../helpers/database-role.ts';
import { startEchoSimulator } from '../../helpers/echo-simulator.ts';
import { send } from '../../helpers/http.ts';
import { keysCommand, makeKey } from '../../helpers/keys.ts';
import { mainFile, runScript, temporaryDirectory } from '../../helpers/process.ts';
import { registryCommand } from '../../helpers/commands/registry-command.ts';
import { statusOf } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, type TestReplica } from '../../helpers/rowgate.ts';
import { runInProcess } from '../../helpers/commands/run-program.ts';
import { echoRow } from '../../helpers/rows.ts';
import { openSession } from '../../db/listener/sessions.ts';
import { migrate } from '../../../src/db/migrations.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';

let opened: AsyncDisposableStack;
let database: TestDatabase;
let role: TestRole;
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  database = await createTestDatabase();
  opened.defer(database.drop);
  role = opened.use(await createTestRole(database));
});
afterEach(() => opened.disposeAsync());

const grant = async (rights: readonly Right[]) => {
  for (const statement of grantStatements(rights, role.name)) await database.query(statement);
};
const startAsRole = async (env: Record<string, string>): Promise<TestReplica> => {
  const replica = await startReplica({ DATABASE_URL: role.url, ...env });
  opened.defer(replica.close);
  return replica;
};

describe('a gateway whose role has exactly what npm run grants prints', () => {
  test('serves, checks keys and their limits, follows changes, and reports what it made of the rows', async () => {
    await grant(rightsOf('gateway'));
    await insertRows(database, [echoRow()]);
    const simulator = await startEchoSimulator();
    opened.defer(simulator.close);
    const { key } = await makeKey(database.url, 'run:**,read', '--rate', '100', '--quota', '1000');
    const replica = await startAsRole({ AUTH: 'required', UPSTREAM_CONNECT_TO: simulator.origin });
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    expect((await send(replica.url + path, { headers, body: '{}' })).status).toBe(200);
    await until('its use was settled', async () => {
      const [row] = await database.query('select used::int as used from rowgate.api_key_usage');
      return row?.['used'] === 1;
    });
    await until('the row was validated', async () => {
      const [row] = await database.query(`select status from reference.explain_workflow('echo')`);
      return row?.['status'] === 'mounted';
    });
    expect(replica.app.registry.status()).toMatchObject({ mode: 'tracked', lastError: null });
    await database.query(`update reference.enrichment_workflow_registry set is_active = false`);
    await until(
      'the change is served',
      async () => (await send(replica.url + path, { headers, body: '{}' })).status === 404,
    );
    expect(replica.observations.filter(({ kind }) => kind.endsWith('failed'))).toEqual([]);
  });

  test('does not start without any one of them, and names the GRANT', async () => {
    const rights = rightsOf('gateway');
    await grant(rights);
    for (const right of rights) {
      for (const privilege of right.privileges) {
        const one = { ...right, privileges: [privilege] };
        const [statement = ''] = grantStatements([one], role.name);
        await database.query(statement.replace('grant', 'revoke').replace(' to ', ' from '));
        await expect(startAsRole({ AUTH: 'required' })).rejects.toThrow(statement);
        await database.query(statement);
      }
    }
  });

  test('needs no rights on the keys where no keys are asked for', async () => {
    await grant(rightsOf('gateway', { requiresKey: false }));
    const replica = await startAsRole({ AUTH: 'off' });
    expect(await statusOf(replica)).toMatchObject({ state: 'synced', mode: 'tracked' });
  });
});

test.each(['off', 'required'])(
  'a process whose role has no rights on schema rowgate ends and names every GRANT (AUTH=%s)',
  async (auth) => {
    await grant(
      rightsOf('gateway').filter(({ name }) => name.startsWith('reference') && !name.endsWith('_history')),
    );
    const home = opened.use(await temporaryDirectory());
    const running = runScript(mainFile, [], home.path, { DATABASE_URL: role.url, AUTH: auth, PORT: '0' });
    expect(await running.exited).toBe(1);
    expect(running.output()).toContain(`grant usage on schema rowgate to ${role.name};`);
    expect(running.output()).toContain('npm run grants');
    expect(running.output()).not.toMatch(/"msg":"listening"/);
  },
);

test('an operator with exactly these rights changes rows, reads the history and restores', async () => {
  await grant(rightsOf('operator'));
  await insertRows(database, [echoRow()]);
  const client = await connect(role.url);
  await client(`insert into reference.enrichment_workflow_registry (workflow_slug) values ('mine')`);
  await client(`update reference.enrichment_workflow_registry set provider = 'x'`);
  await client(`delete from reference.enrichment_workflow_registry where workflow_slug = 'mine'`);
  await client(`select * from reference.explain_workflow('echo')`);
  await client('select version from rowgate.registry_version');
  for (const args of [['history', 'echo'], ['restore', '--all', '--to', '2'], ['audit']])
    expect(await codeOf(role.url, args), args.join(' ')).toBe(0);
});

test('a key administrator with exactly these rights creates, lists, rotates and revokes keys', async () => {
  await grant(rightsOf('keys'));
  const { id } = await makeKey(role.url, 'run:**', '--rate', '5');
  expect(await keysCommand(role.url, 'list')).toContain(id);
  await keysCommand(role.url, 'rotate', id);
  await keysCommand(role.url, 'revoke', id);
  expect(await keysCommand(role.url, 'list')).toContain('revoked');
});

test('a migrator with exactly these rights migrates a blank database', async () => {
  const blank = await createTestDatabase('blank');
  opened.defer(blank.drop);
  const migrator = opened.use(await createTestRole(blank));
  const databaseName = new URL(blank.url).pathname.slice(1);
  for (const statement of grantStatements(rightsOf('migrator', { databaseName }), migrator.name))
    await blank.query(statement);
  expect(await migrate({ url: migrator.url, caFile: null })).not.toEqual([]);
});

test('npm run grants prints the statements of all roles, or of one for a role of that name', async () => {
  const print = async (...args: readonly string[]) => {
    const { code, output } = await runInProcess(grantsProgram, args, {});
    return { code, output: output.trim().split('\n') };
  };
  const all = await print();
  expect(all.code).toBe(0);
  for (const name of ['gateway', 'operator', 'keys', 'migrator'] as const)
    expect(all.output).toEqual(
      expect.arrayContaining([...grantStatements(rightsOf(name), `rowgate_${name}`)]),
    );
  const one = await print('keys', 'Odd "name"');
  expect(one.output.slice(1)).toEqual(grantStatements(rightsOf('keys'), 'Odd "name"'));
  expect(one.output[1]).toBe('grant usage on schema rowgate to "Odd ""name""";');
  expect((await print('nobody')).code).toBe(1);
});

async function connect(url: string): Promise<(text: string) => Promise<unknown>> {
  const session = opened.use(await openSession(url));
  return (text) => session.client.query(text);
}

async function codeOf(url: string, args: readonly string[]) {
  const { code, output } = await registryCommand(args, { DATABASE_URL: url });
  return code === 0 ? 0 : output;
}
