import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { startEchoSimulator } from '../../helpers/echo-simulator.ts';
import { send } from '../../helpers/http.ts';
import { nginxMissing, startNginx } from '../../helpers/proxies/nginx.ts';
import { freePort } from '../../helpers/ports.ts';
import { startProcess, type StartedProcess, temporaryDirectory } from '../../helpers/process.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const missing = nginxMissing === null ? '' : ` (${nginxMissing})`;

describe.skipIf(nginxMissing !== null)(`two processes behind nginx${missing}`, () => {
  let opened: AsyncDisposableStack;
  let database: TestDatabase;
  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    database = await createTestDatabase();
    opened.defer(database.drop);
    await insertRows(database, [echoRow()]);
  });
  afterEach(() => opened.disposeAsync());

  /** A place for a process, which can be started there again. */
  const place = async (simulator: string) => {
    const home = opened.use(await temporaryDirectory());
    const port = await freePort();
    const start = async (): Promise<StartedProcess> => {
      const started = await startProcess(home.path, {
        PORT: String(port),
        HOST: '127.0.0.1',
        DATABASE_URL: database.url,
        UPSTREAM_CONNECT_TO: simulator,
        SHUTDOWN_GRACE_MS: '20000',
      });
      opened.defer(async () => {
        started.kill('SIGKILL');
        await started.exited;
      });
      await until(
        'it is ready',
        async () => (await send(`${started.url}/readyz`, { method: 'GET' })).status === 200,
      );
      return started;
    };
    return { port, start };
  };

  test('are restarted one after the other under load, and not one call fails', async () => {
    const simulator = await startEchoSimulator();
    opened.defer(simulator.close);
    const places = [await place(simulator.origin), await place(simulator.origin)];
    const running = [];
    for (const { start } of places) running.push(await start());
    const nginx = await startNginx(places.map(({ port }) => port));
    opened.defer(nginx.close);

    const load = startCalls(nginx.url);
    for (const [index, { start }] of places.entries()) {
      await load.untilResponds(100);
      running[index]?.kill('SIGTERM');
      expect(await running[index]?.exited, running[index]?.output()).toBe(0);
      await load.untilResponds(100);
      const again = await start();
      running[index] = again;
      // nginx has written it off for a while; whoever stops the other one before has none left.
      await until('it gets calls again', () => again.output().includes('call_ended'));
    }
    await load.untilResponds(100);
    const { ended, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(ended).toBeGreaterThan(500);
    for (const { kill, exited } of running) {
      kill('SIGTERM');
      expect(await exited).toBe(0);
    }
  });
});

/** Callers that call again as soon as they have a response: most calls take no time, those of one in four take a second. */
function startCalls(url: string, callers = 16) {
  const stopping = new AbortController();
  const failures: string[] = [];
  let ended = 0;
  const call = async (latencyMs: number): Promise<void> => {
    while (!stopping.signal.aborted) {
      const headers = { 'content-type': 'application/json', 'x-sim-latency-ms': String(latencyMs) };
      const got = await send(url + path, { headers, body: '{"a":1}' }).then(
        ({ status, body }) => (status === 200 ? null : `${status} ${body.toString()}`),
        String,
      );
      ended += 1;
      if (got !== null) failures.push(got);
    }
  };
  const running = Promise.all(
    Array.from({ length: callers }, (_, index) => call(index % 4 === 0 ? 1000 : 20)),
  );
  return {
    untilResponds: (more: number) => {
      const before = ended;
      return until(`${more} more calls have a response`, () => ended >= before + more);
    },
    stop: async () => {
      stopping.abort();
      await running;
      return { ended, failures };
    },
  };
}
