import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { startEchoSimulator } from '../../helpers/echo-simulator.ts';
import { jsonOf, type RawResponse, send } from '../../helpers/http.ts';
import {
  mainFile,
  runScript,
  startProcess,
  type StartedProcess,
  temporaryDirectory,
} from '../../helpers/process.ts';
import { closed, rawSocket } from '../../helpers/raw.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';

describe('SIGTERM', () => {
  let opened: AsyncDisposableStack;
  let database: TestDatabase;
  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    database = await createTestDatabase();
    opened.defer(database.drop);
    await insertRows(database, [echoRow()]);
  });
  afterEach(() => opened.disposeAsync());

  const start = async (graceMs: number): Promise<StartedProcess> => {
    const simulator = await startEchoSimulator();
    opened.defer(simulator.close);
    const home = opened.use(await temporaryDirectory());
    const rowgate = await startProcess(home.path, {
      DATABASE_URL: database.url,
      UPSTREAM_CONNECT_TO: simulator.origin,
      SHUTDOWN_GRACE_MS: String(graceMs),
    });
    opened.defer(async () => {
      rowgate.kill('SIGKILL');
      await rowgate.exited;
    });
    return rowgate;
  };
  const get = (rowgate: StartedProcess, at: string) => send(rowgate.url + at, { method: 'GET' });
  const call = (rowgate: StartedProcess, steering: Record<string, string> = {}): Promise<RawResponse> =>
    send(rowgate.url + path, { headers: { 'content-type': 'application/json', ...steering }, body: '{}' });
  const untilDraining = async (rowgate: StartedProcess): Promise<RawResponse> =>
    until('it is not ready any more', async () => {
      const response = await get(rowgate, '/readyz');
      return response.status === 503 && response;
    });

  test('ends a process whose log and errors nobody reads any more, and that served on without them', async () => {
    const rowgate = await start(1_000);
    for (const stream of [rowgate.child.stdout, rowgate.child.stderr]) stream?.destroy();
    for (let count = 0; count < 50; count += 1) expect((await call(rowgate)).status).toBe(200);
    rowgate.kill('SIGTERM');
    expect(await rowgate.exited).toBe(0);
  });

  test('makes a process not ready at once, which goes on serving for a while and closes each connection', async () => {
    const rowgate = await start(20_000);
    const slow = call(rowgate, { 'x-sim-latency-ms': '4000' });
    // A later call got its response, so the one sent before it has reached the function.
    await call(rowgate);
    rowgate.kill('SIGTERM');
    const notReady = await untilDraining(rowgate);
    expect(jsonOf(notReady)).toMatchObject({ status: 503, code: 'draining', instance: '/readyz' });
    const late = Promise.all([get(rowgate, '/healthz'), call(rowgate), slow]);
    const responses = [notReady, ...(await late)];
    expect(responses.map(({ status }) => status)).toEqual([503, 200, 200, 200]);
    for (const { headers } of responses) expect(headers.connection).toBe('close');
    expect(await rowgate.exited, rowgate.output()).toBe(0);
  });

  test('ends a process at once that nobody is connected to', async () => {
    const rowgate = await start(3_600_000);
    await get(rowgate, '/healthz');
    rowgate.kill('SIGTERM');
    expect(await rowgate.exited).toBe(0);
  });

  test('takes no new connection once the balancer had time to notice, and closes the idle ones', async () => {
    const rowgate = await start(10_000);
    const stuck = call(rowgate, { 'x-sim-latency-ms': '2000' });
    const idle = rawSocket(rowgate.url);
    idle.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(idle, 'data');
    rowgate.kill('SIGTERM');
    await untilDraining(rowgate);
    await closed(idle);
    await expect(get(rowgate, '/healthz')).rejects.toThrow('ECONNREFUSED');
    expect((await stuck).status).toBe(200);
    expect(await rowgate.exited).toBe(0);
  });

  test('cuts a call that is stuck once the grace is over, and the process still ends well', async () => {
    const rowgate = await start(1000);
    const cut = call(rowgate, { 'x-sim-fault': 'stall' }).then(
      () => 'responded',
      (error: unknown) => String(error),
    );
    await call(rowgate);
    const signalledAt = performance.now();
    rowgate.kill('SIGTERM');
    expect(await cut).toContain('socket hang up');
    expect(performance.now() - signalledAt).toBeGreaterThan(950);
    expect(await rowgate.exited, rowgate.output()).toBe(0);
  });

  test('ends a process whose log nobody reads any more', async () => {
    const rowgate = await start(1_000);
    rowgate.child.stdout?.pause();
    // More than the pipe and both of its ends hold.
    const headers = { 'x-request-id': 'x'.repeat(128) };
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, () => send(rowgate.url + path, { method: 'GET', headers })),
      );
    }
    rowgate.kill('SIGTERM');
    expect(await rowgate.exited).toBe(0);
  });

  test('ends a start that waits for a mute database, before connecting to it times out', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    opened.defer(() => void mute.close());
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const connected = once(mute, 'connection');
    const home = opened.use(await temporaryDirectory());
    const url = `postgres://rowgate:secret@127.0.0.1:${port}/rowgate`;
    const startedAt = performance.now();
    const starting = runScript(mainFile, [], home.path, { PORT: '0', DATABASE_URL: url });
    await connected;
    const signalledAt = performance.now();
    starting.kill('SIGTERM');
    expect(await starting.exited, starting.output()).toBe(0);
    // Less than the 5 s after which connecting times out, and what a machine that starts a process this slowly needs to end it.
    expect(performance.now() - signalledAt).toBeLessThan(4_000 + 3 * (signalledAt - startedAt));
    expect(starting.output()).toContain('shutdown_finished');
  });

  test('during a start ends it, and what it had started', async () => {
    const home = opened.use(await temporaryDirectory());
    const starting = runScript(mainFile, [], home.path, { PORT: '0', LOG_LEVEL: 'debug' });
    await until('the database starts', () => starting.output().includes('database_starting'));
    starting.kill('SIGTERM');
    expect(await starting.exited, starting.output()).toBe(0);
    expect(starting.output()).toContain('shutdown_finished');
    expect(starting.output()).not.toContain('"listening"');
    // A database that was left behind would be adopted.
    const again = await startProcess(home.path);
    expect(again.output()).toContain('"adopted":false');
    again.kill('SIGTERM');
    expect(await again.exited).toBe(0);
  });
});
