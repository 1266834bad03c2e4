import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../helpers/database.ts';
import { mainFile, runScript, startProcess, temporaryDirectory } from '../../helpers/process.ts';
import { startTcpProxy } from '../../helpers/proxies/tcp-proxy.ts';
import { registryCommand } from '../../helpers/commands/registry-command.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const wrongDatabase = (url: string): string => {
  const wrong = new URL(url);
  wrong.pathname = '/no_such_database';
  return wrong.href;
};

describe('a remedy names what is wrong', () => {
  test('REGISTRY_DATABASE_URL, where it is that one', async () => {
    await using opened = new AsyncDisposableStack();
    const directory = opened.use(await temporaryDirectory());
    const database = await createTestDatabase();
    opened.defer(database.drop);
    const env = {
      DATABASE_URL: database.url,
      REGISTRY_DATABASE_URL: wrongDatabase(database.url),
      PORT: '0',
    };
    const refused = runScript(mainFile, [], directory.path, env);
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain('Create the database, or fix its name in REGISTRY_DATABASE_URL.');
    const { REGISTRY_DATABASE_URL: url } = env;
    const own = runScript(mainFile, [], directory.path, { DATABASE_URL: url, PORT: '0' });
    expect(await own.exited).toBe(1);
    expect(own.output()).toContain('or fix its name in DATABASE_URL.');
  });

  test('the row, where the name of its function cannot be resolved', async () => {
    await using opened = new AsyncDisposableStack();
    const database = await createTestDatabase();
    opened.defer(database.drop);
    await insertRows(database, [{ ...echoRow(), modal_endpoint_url: 'https://no-such-function.invalid/' }]);
    const { output } = await registryCommand(['contract', 'echo'], {
      DATABASE_URL: database.url,
      UPSTREAM_ALLOWED_HOSTS: '*.invalid',
    });
    expect(output).toContain('no-such-function.invalid could not be reached');
    expect(output).toContain('Check modal_endpoint_url');
    expect(output).not.toContain('DATABASE_URL');
  });
});

test('a start that cannot read the keys does not say that there are none, and says when it can', async () => {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await temporaryDirectory());
  const database = await createTestDatabase();
  opened.defer(database.drop);
  const proxy = await startTcpProxy(database.url);
  opened.defer(proxy.close);
  const env = { DATABASE_URL: proxy.url(database.url), AUTH: 'required', HOST: '127.0.0.1', PORT: '0' };
  const first = await startProcess(directory.path, { ...env, AUTH: 'off' });
  await until('the snapshot is saved', () => first.output().includes('registry_swapped'));
  first.kill('SIGTERM');
  await first.exited;
  await proxy.refuse();
  const rowgate = await startProcess(directory.path, env);
  opened.defer(async () => {
    rowgate.kill('SIGTERM');
    await rowgate.exited;
  });
  await until('it says so', () => rowgate.output().includes('keys_unknown'));
  expect(rowgate.output()).toContain('keys_out_of_sync');
  expect(rowgate.output()).not.toContain('no_keys_yet');
  await proxy.accept();
  await until('it recovers', () => rowgate.output().includes('keys_back_in_sync'));
  expect(rowgate.output().match(/keys_out_of_sync"/g)).toHaveLength(1);
});
