import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { type MadeKey, makeKey } from '../../helpers/keys.ts';
import { runScript, temporaryDirectory, mainFile } from '../../helpers/process.ts';
import { createTestDatabase } from '../../helpers/database.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { startTcpProxy, type TcpProxy } from '../../helpers/proxies/tcp-proxy.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const unknown = `rowgate_${'A'.repeat(43)}`;

describe('while the database is away', () => {
  let direct: TestRowgate;
  let proxy: TcpProxy;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let env: Record<string, string>;
  let known: MadeKey;
  const started: TestReplica[] = [];

  beforeEach(async () => {
    direct = await startRowgate([echoRow()], { AUTH: 'required' });
    known = await makeKey(direct.database.url, 'run:**', '--quota', '1000');
    proxy = await startTcpProxy(direct.database.url);
    home = await temporaryDirectory();
    env = {
      DATABASE_URL: proxy.url(direct.database.url),
      UPSTREAM_CONNECT_TO: direct.simulator.origin,
      SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
      REGISTRY_POLL_MS: '50',
      AUTH: 'required',
    };
  });
  afterEach(async () => {
    for (const replica of started.splice(0)) await replica.close();
    await proxy.close();
    await direct.close();
    await home[Symbol.asyncDispose]();
  });

  const start = async (over: Record<string, string> = {}): Promise<TestReplica> => {
    const replica = await startReplica({ ...env, ...over });
    started.push(replica);
    return replica;
  };
  const stop = async (replica: TestReplica): Promise<void> => {
    started.splice(started.indexOf(replica), 1);
    await replica.close();
  };
  const status = async (replica: TestReplica, key: string): Promise<number> =>
    (
      await send(replica.url + path, {
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: '{}',
      })
    ).status;

  test('known keys pass, unknown ones do not, and what was used is reported when it is back', async () => {
    const replica = await start();
    expect(await status(replica, known.key)).toBe(200);
    await proxy.refuse();
    await until('it is noticed', () => replica.observations.some(({ kind }) => kind === 'keys_out_of_sync'));
    expect([await status(replica, known.key), await status(replica, unknown)]).toEqual([200, 401]);
    await proxy.accept();
    await until('both requests are counted', async () => {
      const [row] = await direct.database.query(
        'select used::int from rowgate.api_key_usage where key_id = $1',
        [known.id],
      );
      return row?.['used'] === 2;
    });
  });

  test('they hold no longer than KEYS_MAX_STALE_SECONDS; then it is 503, and again well when it is back', async () => {
    const replica = await start({ KEYS_MAX_STALE_SECONDS: '1' });
    await proxy.refuse();
    const refused = await until('the keys are too old', async () => {
      const response = await send(replica.url + path, { headers: { 'x-api-key': known.key }, body: '{}' });
      return response.status === 503 && response;
    });
    expect(jsonOf(refused)).toMatchObject({ code: 'auth_unavailable' });
    expect(refused.headers['retry-after']).toBe('5');
    expect((await send(`${replica.url}/healthz`, { method: 'GET' })).status).toBe(200);
    await proxy.accept();
    await until('the keys are known again', async () => (await status(replica, known.key)) === 200);
  });

  test('a start goes by the saved keys, which nobody else may read and which hold no key', async () => {
    await stop(await start());
    const file = join(home.path, 'keys.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(text).toContain(known.id);
    expect(text).not.toContain(known.key);
    await proxy.refuse();
    const replica = await start();
    expect([await status(replica, known.key), await status(replica, unknown)]).toEqual([200, 401]);
  });

  test('saved keys are as old as when the database last confirmed them', async () => {
    await stop(await start());
    const file = join(home.path, 'keys.json');
    const longAgo = new Date(Date.now() - 3_601_000);
    await utimes(file, longAgo, longAgo);
    await proxy.refuse();
    expect(await status(await start(), known.key)).toBe(503);
  });

  test.each(['damaged', '{"format":"rowgate-keys-1"}', '[]'])(
    'a start with saved keys that are %j says so, lets nobody in, and recovers',
    async (text) => {
      await stop(await start());
      await writeFile(join(home.path, 'keys.json'), text);
      await proxy.refuse();
      const replica = await start();
      expect(replica.observations).toContainEqual(expect.objectContaining({ kind: 'keys_file_failed' }));
      expect(await status(replica, known.key)).toBe(503);
      await proxy.accept();
      await until('the keys are known', async () => (await status(replica, known.key)) === 200);
    },
  );
});

describe('a start with AUTH=required', () => {
  test('and no key yet says how to make one', async () => {
    const database = await createTestDatabase();
    await using home = await temporaryDirectory();
    const running = runScript(mainFile, [], home.path, {
      DATABASE_URL: database.url,
      AUTH: 'required',
      HOST: '127.0.0.1',
      PORT: '0',
    });
    await until('it says so', () => /no_keys_yet/.test(running.output()));
    expect(running.output()).toContain('npm run keys -- create --name me');
    running.kill('SIGTERM');
    await running.exited;
    await database.drop();
  });

  test("is refused where Rowgate's own tables are missing", async () => {
    const database = await createTestDatabase('blank');
    await database.query(
      'create schema theirs; create table theirs.routes (workflow_slug text, modal_endpoint_url text, api_endpoint_url text)',
    );
    await using home = await temporaryDirectory();
    const running = runScript(mainFile, [], home.path, {
      DATABASE_URL: database.url,
      REGISTRY_TABLE: 'theirs.routes',
      AUTH: 'required',
      PORT: '0',
    });
    expect(await running.exited).toBe(1);
    expect(running.output()).toContain(
      'AUTH=required needs Rowgate\'s own tables, which are not installed: run "npm run migrate"',
    );
    await database.drop();
  });
});
