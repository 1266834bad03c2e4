import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../helpers/process.ts';
import { ask, statusOf, untilResponds, untilListening } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { startTcpProxy, type TcpProxy } from '../../helpers/proxies/tcp-proxy.ts';
import { until } from '../../helpers/until.ts';

const table = 'reference.enrichment_workflow_registry';
const echo = '/run/companies/demo/echo/lookup';
const other = '/run/companies/demo/other/lookup';
const otherRow = echoRow({ workflow_slug: 'other', api_endpoint_url: other });

describe('while the database is away', () => {
  let direct: TestRowgate;
  let proxy: TcpProxy;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let env: Record<string, string>;
  const started: TestReplica[] = [];

  beforeEach(async () => {
    direct = await startRowgate([echoRow()]);
    proxy = await startTcpProxy(direct.database.url);
    home = await temporaryDirectory();
    env = {
      DATABASE_URL: proxy.url(direct.database.url),
      UPSTREAM_CONNECT_TO: direct.simulator.origin,
      SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
      REGISTRY_POLL_MS: '100',
    };
  });
  afterEach(async () => {
    for (const replica of started.splice(0)) await replica.close();
    await proxy.close();
    await direct.close();
    await home[Symbol.asyncDispose]();
  });
  const start = async (): Promise<TestReplica> => {
    const replica = await startReplica(env);
    started.push(replica);
    return replica;
  };
  const stop = async (replica: TestReplica): Promise<void> => {
    started.splice(started.indexOf(replica), 1);
    await replica.close();
  };

  test('no proxied call fails, and what others changed meanwhile arrives when it is back', async () => {
    const replica = await start();
    await untilListening(replica);
    let failed = 0;
    let calls = 0;
    const load = { on: true };
    const callers = Array.from({ length: 4 }, async () => {
      while (load.on) {
        const [status] = await ask(replica, echo);
        calls += 1;
        if (status !== 200) failed += 1;
      }
    });
    await proxy.refuse();
    await until('it is out of sync', () => replica.app.registry.status().outOfSyncSince !== null);
    expect(await statusOf(replica)).toMatchObject({
      state: 'out_of_sync',
      out_of_sync_since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      out_of_sync_ms: expect.any(Number),
      last_error: expect.any(String),
      counts: { mounted: 1 },
    });
    await insertRows(direct.database, [otherRow]);
    const before = calls;
    await until('calls went on', () => calls > before + 20);
    await proxy.accept();
    await untilResponds(replica, other, 200);
    load.on = false;
    await Promise.all(callers);
    expect([failed, calls > 40]).toEqual([0, true]);
    await until('it is synced', async () => replica.app.registry.status().outOfSyncSince === null);
    await untilListening(replica);
  });

  test('a start serves the saved snapshot, says so, and gets back in step by itself', async () => {
    const first = await start();
    await until('the snapshot is saved', () =>
      first.observations.some(({ kind }) => kind === 'snapshot_file_saved'),
    );
    await stop(first);
    await proxy.refuse();
    await insertRows(direct.database, [otherRow]);
    const second = await start();
    expect(await ask(second, echo)).toEqual([200, 'echo']);
    expect(await statusOf(second)).toMatchObject({ state: 'out_of_sync', version_in_database: null });
    expect(second.observations).toContainEqual(expect.objectContaining({ kind: 'snapshot_file_used' }));
    const swaps = () => second.observations.filter(({ kind }) => kind === 'registry_swapped');
    expect(swaps()).toMatchObject([{ snapshot: { rows: 1, mounted: 1 } }]);
    await proxy.accept();
    await untilResponds(second, other, 200);
    expect(await statusOf(second)).toMatchObject({ state: 'synced' });
    expect(swaps().at(-1)).toMatchObject({ snapshot: { rows: 2, mounted: 2 } });
  });

  test('also where the database neither replies nor refuses', async () => {
    const first = await start();
    await until('the snapshot is saved', () =>
      first.observations.some(({ kind }) => kind === 'snapshot_file_saved'),
    );
    await stop(first);
    proxy.mute();
    const second = await start();
    expect(await ask(second, echo)).toEqual([200, 'echo']);
    proxy.unmute();
    await insertRows(direct.database, [otherRow]);
    await untilResponds(second, other, 200);
  });

  test('a stop does not wait for a database that is mute', async () => {
    const replica = await start();
    await untilListening(replica);
    proxy.mute();
    const before = replica.app.registry.status().lastCheckAt;
    await until('a check hangs', () => performance.now() - (before ?? 0) > 300);
    const stopped = stop(replica).then(() => 'stopped');
    expect(await Promise.race([stopped, delay(30_000, 'still waiting', { ref: false })])).toBe('stopped');
    proxy.unmute();
  });

  test('a start without a saved snapshot is not ready, and becomes so by itself', async () => {
    await proxy.refuse();
    const replica = await start();
    expect((await fetch(`${replica.url}/readyz`)).status).toBe(503);
    expect(await statusOf(replica)).toMatchObject({ state: 'never_loaded', version_served: null });
    expect((await ask(replica, echo))[0]).toBe(503);
    await proxy.accept();
    await untilResponds(replica, echo, 200);
    expect((await fetch(`${replica.url}/readyz`)).status).toBe(200);
  });

  test.each([
    [
      'damaged',
      async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('echo', 'ecko')),
      /checksum|damaged/,
    ],
    [
      'of another registry',
      async (path: string) =>
        writeFile(
          path,
          (await readFile(path, 'utf8')).replace(/"registry":"\w+"/, '"registry":"0000000000000000"'),
        ),
      /./,
    ],
    ['no snapshot at all', (path: string) => writeFile(path, '{}'), /./],
  ])('a saved snapshot that is %s is refused in the log, never a crash', async (_, spoil, said) => {
    const first = await start();
    await until('the snapshot is saved', () =>
      first.observations.some(({ kind }) => kind === 'snapshot_file_saved'),
    );
    await stop(first);
    await spoil(env['SNAPSHOT_PATH'] ?? '');
    await proxy.refuse();
    const second = await start();
    expect(second.observations).toContainEqual({
      kind: 'snapshot_file_refused',
      reason: expect.stringMatching(said),
    });
    expect(await statusOf(second)).toMatchObject({ state: 'never_loaded' });
    await proxy.accept();
    await untilResponds(second, echo, 200);
  });

  test('the listener notices a connection that was silently dropped, and changes still arrive by polling', async () => {
    const replica = await start();
    await untilListening(replica);
    proxy.mute();
    await insertRows(direct.database, [otherRow]);
    proxy.unmute();
    await untilResponds(replica, other, 200);
    await untilListening(replica);
  });
});

describe('a row that went bad', () => {
  test.each([
    ['with the snapshot file', true],
    ['without it, from the history', false],
  ])('serves its last good version over a restart, %s', async (_, keepsFile) => {
    await using opened = new AsyncDisposableStack();
    const rowgate = await startRowgate([echoRow()]);
    opened.defer(rowgate.close);
    const home = opened.use(await temporaryDirectory());
    const env = {
      DATABASE_URL: rowgate.database.url,
      UPSTREAM_CONNECT_TO: rowgate.simulator.origin,
      SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
    };
    const first = await startReplica(env);
    await rowgate.database.query(`update ${table} set timeout_seconds = 33`);
    await until(
      'it serves the change',
      () => first.app.current()?.bySlug.get('echo')?.definition?.timeoutSeconds === 33,
    );
    await rowgate.database.query(`update ${table} set request_schema = '{"type": 5}'`);
    await until('it is stale', () => first.app.current()?.bySlug.get('echo')?.status === 'stale');
    await first.close();
    const second = await startReplica(
      keepsFile ? env : { ...env, SNAPSHOT_PATH: join(home.path, 'another.json') },
    );
    opened.defer(second.close);
    expect(second.app.current()?.bySlug.get('echo')).toMatchObject({
      status: 'stale',
      definition: { timeoutSeconds: 33 },
    });
    expect(await ask(second, echo)).toEqual([200, 'echo']);
  });

  test('does not come back over a restart when it had been retired before it went bad', async () => {
    await using opened = new AsyncDisposableStack();
    const rowgate = await startRowgate([echoRow()]);
    opened.defer(rowgate.close);
    await rowgate.database.query(`update ${table} set is_active = false`);
    await rowgate.database.query(`update ${table} set is_active = true, request_schema = '{"type": 5}'`);
    const replica = await startReplica({ DATABASE_URL: rowgate.database.url });
    opened.defer(replica.close);
    expect(replica.app.current()?.bySlug.get('echo')?.status).toBe('rejected');
  });
});
