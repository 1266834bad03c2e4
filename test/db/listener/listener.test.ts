import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/embedded-postgres.ts';
import { type ListenerOptions, startListener } from '../../../src/db/listener/listener.ts';
import type { Listener, ListenerState } from '../../../src/live/listener.ts';
import { createTestRole } from '../../helpers/database-role.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { pgbouncerMissing, startPgbouncer } from '../../helpers/proxies/pgbouncer.ts';
import { runScript, temporaryDirectory } from '../../helpers/process.ts';
import { startTcpProxy, type TcpProxy } from '../../helpers/proxies/tcp-proxy.ts';
import { until } from '../../helpers/until.ts';

const channel = 'rowgate_registry';

/** Longer than a test may take: what waited for such a timeout would never be done. */
const dayMs = 86_400_000;

let opened: AsyncDisposableStack;
let database: TestDatabase;
let proxy: TcpProxy;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  database = await createTestDatabase('blank');
  opened.defer(database.drop);
  proxy = await startTcpProxy(database.url);
  opened.defer(proxy.close);
});
afterEach(() => opened.disposeAsync());

const notify = (payload: string) => database.query('select pg_notify($1, $2)', [channel, payload]);

/** A listener in a hurry, and what it reported. */
function listenTo(url: string, over: Partial<ListenerOptions> = {}) {
  const notifications: string[] = [];
  const changes: Readonly<{ state: ListenerState; error: unknown }>[] = [];
  const seen = { connected: 0 };
  const listener = startListener({
    url,
    caFile: null,
    channel,
    onNotification: (payload) => notifications.push(payload),
    onConnected: () => (seen.connected += 1),
    onStateChange: (state, error) => changes.push({ state, error }),
    connectTimeoutMs: 30_000,
    heartbeatMs: 30,
    heartbeatTimeoutMs: 30_000,
    backoff: { baseMs: 5, maxMs: 50 },
    ...over,
  });
  opened.defer(listener.close);
  return {
    listener,
    notifications,
    changes,
    states: () => changes.map(({ state }) => state),
    errors: () => changes.flatMap(({ error }) => (error === undefined ? [] : [messageOf(error)])),
    connected: (times: number) => until(`it connected ${times} times`, () => seen.connected >= times),
    connections: () => seen.connected,
    received: (payload: string) => until(`${payload} arrives`, () => notifications.includes(payload)),
    becomes: (state: ListenerState) => until(`it is ${state}`, () => listener.state() === state),
  };
}

describe('a listener', () => {
  test('hears notifications, those without a payload too, from the moment it says that it is connected', async () => {
    const { listener, connected, received, notifications, states } = listenTo(database.url);
    expect(listener.state()).toBe('connecting');
    await connected(1);
    expect(listener.state()).toBe('listening');
    await notify('41');
    await database.query(`notify ${channel}`);
    await notify('42');
    await received('42');
    expect(notifications).toEqual(['41', '', '42']);
    expect(states()).toEqual(['listening']);
  });

  test('hears nothing of other channels, its own heartbeats included', async () => {
    const { connected, received, notifications } = listenTo(database.url, { heartbeatMs: 1 });
    await connected(1);
    await database.query(`notify other_channel, 'x'`);
    await notify('1');
    await received('1');
    expect(notifications).toEqual(['1']);
  });

  test('is one connection, which shows in pg_stat_activity who it is', async () => {
    const { connected } = listenTo(database.url);
    await connected(1);
    expect(await listenersInDatabase()).toBe(1);
  });

  test('tells since when its state holds, and heartbeats do not change that', async () => {
    let clock = 1_000;
    const { listener, connected } = listenTo(proxy.url(database.url), { heartbeatMs: 1, now: () => clock });
    expect(listener.since()).toBe(1_000);
    clock = 2_000;
    await connected(1);
    clock = 3_000;
    await heartbeatsPass(2);
    expect(listener.since()).toBe(2_000);
  });
});

describe('a listener that loses its connection', () => {
  test('connects again after the server ended its session, and says so, since something may have been missed', async () => {
    const { connected, received, states, errors } = listenTo(database.url);
    await connected(1);
    await terminateListeners();
    await connected(2);
    await notify('after');
    await received('after');
    expect(states()).toEqual(['listening', 'connecting', 'listening']);
    expect(errors()[0]).toMatch(/terminating connection due to administrator command/);
  });

  test('notices a connection that went mute without an error, and heals when the network does', async () => {
    const { connected, becomes, received, errors } = listenTo(proxy.url(database.url), {
      connectTimeoutMs: 1_000,
      heartbeatTimeoutMs: 1_000,
    });
    await connected(1);
    proxy.mute();
    await becomes('connecting');
    expect(errors()[0]).toMatch(/did not reply within 1000 ms/);
    await until('it tried again in vain', () => errors().length >= 2);
    proxy.unmute();
    await connected(2);
    await notify('healed');
    await received('healed');
  });

  test('survives a server that is away for a while', async () => {
    const { connected, becomes, errors, received, states } = listenTo(proxy.url(database.url));
    await connected(1);
    await proxy.refuse();
    await becomes('connecting');
    await until('it was refused several times', () => errors().length >= 4);
    await proxy.accept();
    await connected(2);
    await notify('back');
    await received('back');
    expect(states()).toEqual(['listening', ...errors().map(() => 'connecting'), 'listening']);
  });

  test('backs off further from a server that drops each connection soon after it was made', async () => {
    const drawn: number[] = [];
    const random = () => {
      drawn.push(performance.now());
      return 1;
    };
    const { connected, becomes } = listenTo(database.url, {
      heartbeatMs: 60_000,
      random,
      backoff: { baseMs: 20, maxMs: 10_000 },
    });
    for (const times of [1, 2, 3]) {
      await connected(times);
      await terminateListeners();
      await becomes('connecting');
    }
    const before = drawn.at(-1) ?? 0;
    await connected(4);
    expect(performance.now() - before).toBeGreaterThan(75);
  });

  test('starts again from the shortest wait once a connection has held', async () => {
    // The share of the longest wait that is waited: none at first, so that many attempts fail at once, and then all of it.
    let share = 0;
    const { connected, errors, becomes } = listenTo(proxy.url(database.url), {
      heartbeatMs: 1,
      random: () => share,
      backoff: { baseMs: 1, maxMs: dayMs },
    });
    await connected(1);
    await proxy.refuse();
    await until('it would wait for more than a day next', () => errors().length >= 30);
    await proxy.accept();
    await connected(2);
    await heartbeatsPass(2);
    share = 1;
    await terminateListeners();
    await becomes('connecting');
    await connected(3);
  });
});

describe('a listener that cannot connect', () => {
  test('keeps trying until the server is there', async () => {
    await proxy.refuse();
    const { listener, connected, errors } = listenTo(proxy.url(database.url));
    await until('it was refused', () => errors().length >= 2);
    expect(listener.state()).toBe('connecting');
    expect(errors()[0]).toMatch(/ECONNREFUSED/);
    await proxy.accept();
    await connected(1);
  });

  test('cuts an attempt that gets no response, and tries again', async () => {
    proxy.mute();
    const { connected, errors } = listenTo(proxy.url(database.url), { connectTimeoutMs: 1_000 });
    await until('two attempts were cut', () => errors().length >= 2);
    expect(errors()[0]).toMatch(/did not reply within 1000 ms/);
    proxy.unmute();
    await connected(1);
  });

  test('keeps trying with a wrong password, at capped intervals, and tells the reason without the password', async () => {
    await using role = await createTestRole(database);
    const url = new URL(role.url);
    url.password = 'open-sesame';
    const { listener, changes, errors, connections } = listenTo(url.href, {
      backoff: { baseMs: 1, maxMs: 20 },
      random: () => 1,
    });
    // Uncapped, the waits would add up to 33 s.
    await until('it tried often', () => errors().length >= 16);
    expect(listener.state()).toBe('connecting');
    expect(connections()).toBe(0);
    expect(errors()[15]).toMatch(/password authentication failed/);
    expect(inspect(changes, { depth: 10 })).not.toContain('open-sesame');
  });

  test.each([
    ['an URL that is none', { url: 'postgres://user:open-sesame@host:port/' }],
    ['a port that is none', { url: 'postgres://127.0.0.1/?port=99999' }],
    ['a CA file that is not there', { caFile: '/nonexistent.pem' }],
  ])('reports %s and goes on trying', async (_, over) => {
    const { listener, errors } = listenTo(database.url, over);
    await until('it tried twice', () => errors().length >= 2);
    expect(listener.state()).toBe('connecting');
    expect(inspect(errors(), { depth: 10 })).not.toContain('open-sesame');
  });
});

describe('a listener to which notifications cannot come', () => {
  test('is polling-only, and reconnects seldom, where the server does not let it notify', async () => {
    const role = await createRole();
    await database.query('revoke execute on function pg_notify(text, text) from public');
    const { becomes, connections, errors } = listenTo(role);
    await becomes('polling_only');
    const unavailableAt = performance.now();
    await until('it tried again', () => errors().length >= 2);
    // Six times the longest wait, less what `until` was late.
    expect(performance.now() - unavailableAt).toBeGreaterThan(250);
    expect(errors()[0]).toMatch(/refuses LISTEN and NOTIFY.*DATABASE_LISTEN_URL/);
    expect(connections()).toBe(0);
  });

  test('is listening once the server lets it', async () => {
    const role = await createRole();
    await database.query('revoke execute on function pg_notify(text, text) from public');
    const { listener, becomes, connected, errors, states } = listenTo(role);
    await becomes('polling_only');
    const since = listener.since();
    await until('it tried again', () => errors().length >= 2);
    expect(listener.since()).toBe(since);
    await database.query('grant execute on function pg_notify(text, text) to public');
    await connected(1);
    expect(states()).not.toContain('connecting');
  });

  test('is polling-only on a hot standby', async () => {
    const home = opened.use(await temporaryDirectory());
    const primary = await startEmbeddedPostgres({ home: home.path });
    await primary.close();
    await writeFile(join(primary.dataDir, 'standby.signal'), '');
    const standby = await startEmbeddedPostgres({ home: home.path });
    opened.defer(standby.close);
    const { becomes, errors, connections } = listenTo(standby.url);
    await becomes('polling_only');
    expect(errors()[0]).toMatch(/during recovery/);
    expect(connections()).toBe(0);
  });
});

describe(`behind pgbouncer${pgbouncerMissing === null ? '' : ` (skipped: ${pgbouncerMissing})`}`, () => {
  const pooled = async (mode: 'transaction' | 'session', url = database.url) => {
    const pgbouncer = await startPgbouncer(url, mode);
    if (pgbouncer === null) throw new Error('pgbouncer is not installed.');
    opened.defer(pgbouncer.close);
    return pgbouncer.url;
  };

  test.skipIf(pgbouncerMissing !== null)(
    'in transaction mode a listener is polling-only, and never claims to be listening',
    async () => {
      const { becomes, errors, states, connections, notifications } = listenTo(await pooled('transaction'), {
        heartbeatTimeoutMs: 200,
      });
      await becomes('polling_only');
      await until('it tried three times', () => errors().length >= 3);
      expect(new Set(states())).toEqual(new Set(['polling_only']));
      expect(errors()[0]).toMatch(/did not come back within 200 ms.*transaction-mode/);
      expect(connections()).toBe(0);
      expect(notifications).toEqual([]);
    },
  );

  test.skipIf(pgbouncerMissing !== null)(
    'in transaction mode it leaves no LISTEN to the channel behind',
    async () => {
      const url = await pooled('transaction');
      const { becomes, listener } = listenTo(url, { heartbeatTimeoutMs: 200 });
      await becomes('polling_only');
      await listener.close();
      const [row] = await queryThrough(url, 'select pg_listening_channels() as channel');
      expect(row).not.toEqual({ channel });
    },
  );

  test.skipIf(pgbouncerMissing !== null)('in session mode it listens, and reconnects', async () => {
    const { connected, received, states } = listenTo(await pooled('session'));
    await connected(1);
    await notify('1');
    await received('1');
    await terminateListeners();
    await connected(2);
    await notify('2');
    await received('2');
    expect(states()).not.toContain('polling_only');
  });

  test.skipIf(pgbouncerMissing !== null)(
    'in session mode it does not claim to listen where the pool has no second session to make sure with',
    async () => {
      const limited = await createRole('connection limit 1');
      const { listener, errors, connections } = listenTo(await pooled('session', limited), {
        connectTimeoutMs: 2_000,
      });
      await until('it failed', () => errors().length >= 1);
      expect(errors()[0]).toMatch(/second session .* could not be opened/);
      expect(listener.state()).toBe('connecting');
      expect(connections()).toBe(0);
    },
  );
});

describe('closing a listener', () => {
  const patient = {
    connectTimeoutMs: dayMs,
    heartbeatTimeoutMs: dayMs,
    backoff: { baseMs: dayMs, maxMs: dayMs },
  };

  /** Closes it more than once, as one may. */
  const closeTwice = async ({ close }: Listener): Promise<void> => {
    await Promise.all([close(), close()]);
    await close();
  };

  test('ends its session and tells nothing more', async () => {
    const { listener, connected, notifications, states } = listenTo(database.url, patient);
    await connected(1);
    await closeTwice(listener);
    expect(listener.state()).toBe('closed');
    await until('its session is gone', async () => (await listenersInDatabase()) === 0);
    await notify('late');
    expect(notifications).toEqual([]);
    expect(states()).toEqual(['listening', 'closed']);
  });

  test('does not wait while it connects, and leaves nothing to connect', async () => {
    const { listener, changes } = listenTo(database.url, patient);
    await closeTwice(listener);
    expect(changes).toEqual([{ state: 'closed', error: undefined }]);
    expect(await listenersInDatabase()).toBe(0);
  });

  test('does not wait for a peer that is mute while it connects', async () => {
    proxy.mute();
    const { listener } = listenTo(proxy.url(database.url), patient);
    await until('the proxy has its connection', () => proxy.connections() === 1);
    await closeTwice(listener);
    expect(listener.state()).toBe('closed');
  });

  test('does not wait for a TLS handshake to end, and closes its socket', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      // "S" says yes to the SSLRequest; then silence.
      socket.once('data', () => socket.write('S'));
    }).listen(0, '127.0.0.1');
    opened.defer(() => void server.close());
    await once(server, 'listening');
    const port = inspect(server.address()).match(/port: (\d+)/)?.[1];
    const { listener } = listenTo(`postgres://u:p@127.0.0.1:${port}/db?sslmode=no-verify`, patient);
    await until('the handshake began', () => (sockets[0]?.bytesRead ?? 0) > 8);
    await closeTwice(listener);
    await until('its socket closed', () => sockets[0]?.destroyed);
  });

  test('does not wait for a peer that went mute', async () => {
    const { listener, connected } = listenTo(proxy.url(database.url), patient);
    await connected(1);
    proxy.mute();
    await closeTwice(listener);
    expect(listener.state()).toBe('closed');
  });

  test('does not wait until it would try again', async () => {
    await proxy.refuse();
    const { listener, errors } = listenTo(proxy.url(database.url), { ...patient, random: () => 1 });
    await until('it was refused', () => errors().length === 1);
    await closeTwice(listener);
    expect(listener.state()).toBe('closed');
  });

  test('leaves no socket and no timer: a process with nothing else ends', async () => {
    const mute = await startTcpProxy(database.url);
    opened.defer(mute.close);
    mute.mute();
    await proxy.refuse();
    const home = opened.use(await temporaryDirectory());
    const file = join(home.path, 'listeners.ts');
    const urls = [database.url, mute.url(database.url), proxy.url(database.url)];
    await writeFile(file, listenersScript(urls));
    const running = runScript(file, [], home.path, {});
    opened.defer(() => {
      running.kill('SIGKILL');
    });
    await until('the listeners closed', () => running.output().includes('closed'));
    expect(await running.exited, running.output()).toBe(0);
  });
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : inspect(error);
}

/** A program that starts a listener on each URL, whose timers last for a day, and closes all when the first one listens. */
function listenersScript(urls: readonly string[]): string {
  const module = join(import.meta.dirname, '..', '..', '..', 'src', 'db', 'listener', 'listener.ts');
  return `
    import { startListener } from ${JSON.stringify(module)};
    const listening = Promise.withResolvers();
    const listeners = ${JSON.stringify(urls)}.map((url) => startListener({
      url, caFile: null, channel: 'c', onNotification() {}, onConnected: listening.resolve,
      connectTimeoutMs: ${dayMs}, heartbeatMs: ${dayMs}, heartbeatTimeoutMs: ${dayMs},
      backoff: { baseMs: ${dayMs}, maxMs: ${dayMs} }, random: () => 1,
    }));
    await listening.promise;
    await Promise.all(listeners.map((listener) => listener.close()));
    console.log('closed');
  `;
}

async function queryThrough(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const listenerSessions = `from pg_stat_activity
  where application_name = 'rowgate listener' and datname = current_database()`;

async function listenersInDatabase(): Promise<number> {
  return (await database.query(`select pid ${listenerSessions}`)).length;
}

async function terminateListeners(): Promise<void> {
  await database.query(`select pg_terminate_backend(pid) ${listenerSessions}`);
}

/** Waits for more queries of the listener than it made so far: its heartbeats. */
async function heartbeatsPass(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) {
    const before = await lastQueryStart();
    await until('another heartbeat', async () => (await lastQueryStart()) > before);
  }
}

async function lastQueryStart(): Promise<number> {
  const [row] = await database.query(
    `select extract(epoch from max(query_start))::float8 as at ${listenerSessions}`,
  );
  return Number(row?.['at'] ?? 0);
}

/** An ordinary login role for this test; gives the database's URL with it. */
async function createRole(options = ''): Promise<string> {
  const url = new URL(database.url);
  url.username = `role_${url.pathname.slice(1)}`;
  url.password = 'secret';
  await database.query(`create role ${url.username} login password 'secret' ${options}`);
  opened.defer(async () => void (await database.query(`drop role ${url.username}`)));
  return url.href;
}
