import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/embedded-postgres.ts';
import {
  kill,
  killServer,
  processes,
  query,
  serverPid,
  spawnStart,
  startInChild,
  temporaryHome,
} from './homes.ts';
import { until } from '../../helpers/until.ts';

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;
const START = { timeout: 60_000 };

/** A home directory with data, to copy: a first start takes a second, copying 50 ms. */
const made = inject('embeddedHome');

async function start(home: string) {
  const postgres = await startEmbeddedPostgres({ home });
  onTestFinished(() => postgres.close());
  return postgres;
}

async function failure(home: string): Promise<string> {
  const error: unknown = await startEmbeddedPostgres({ home }).catch((reason: unknown) => reason);
  return error instanceof Error ? error.message : 'no error';
}

afterEach(() => void vi.unstubAllEnvs());

describe('a start', START, () => {
  test('makes a server with the database rowgate, and the next one finds its rows', async () => {
    const home = temporaryHome();
    const first = await start(home);
    expect(first).toMatchObject({ created: true, adopted: false });
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS id');
    await first.close();
    const second = await start(home);
    expect(second).toMatchObject({ created: false, adopted: false, dataDir: first.dataDir });
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
    const settings = await query(
      second.url,
      `SELECT name, setting FROM pg_settings
        WHERE name IN ('fsync', 'listen_addresses', 'unix_socket_directories', 'server_encoding') ORDER BY name`,
    );
    expect(settings).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
  });

  test('keeps the password to files that only its user can read, one of them for psql', async () => {
    const postgres = await start(temporaryHome({ from: made }));
    const { password } = new URL(postgres.url);
    expect(password).toHaveLength(43);
    expect(readFileSync(postgres.passfile, 'utf8')).toBe(
      `127.0.0.1:${postgres.port}:*:rowgate:${password}\n`,
    );
    const home = join(postgres.passfile, '..');
    const open = readdirSync(home).filter((name) => (statSync(join(home, name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);
    const wrong = postgres.url.replace(password, 'wrong');
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('minds neither spaces, quotes and dollars in the path nor the PG* variables of the user', async () => {
    for (const name of ['PGDATA', 'PGHOST', 'PGUSER', 'PGOPTIONS', 'PGDATABASE'])
      vi.stubEnv(name, '/nowhere');
    vi.stubEnv('PGPORT', '1');
    vi.stubEnv('PGSSLMODE', 'require');
    const home = temporaryHome({ name: `my "own" $HOME's \`data\`` });
    const first = await start(home);
    vi.unstubAllEnvs();
    expect(first).toMatchObject({ created: true });
    await first.close();
    const second = await start(home);
    expect(second).toMatchObject({ created: false });
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('is not prevented by an initdb that was killed half-way', async () => {
    const home = temporaryHome();
    const child = spawnStart(home);
    const halfDone = () =>
      existsSync(home) && readdirSync(home).find((name) => name.startsWith('postgres.new-'));
    await until('initdb is half done', () =>
      existsSync(join(home, halfDone() || 'none', 'data', 'base', '1')),
    );
    const initdb = processes().filter(({ parent }) => parent === child.pid);
    child.kill('SIGKILL');
    for (const { pid } of initdb) kill(pid);
    await once(child, 'exit');
    expect(existsSync(join(home, 'postgres'))).toBe(false);
    const postgres = await start(home);
    expect(postgres).toMatchObject({ created: true });
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(halfDone()).toBe(undefined);
  });

  test('that is aborted throws the reason and leaves no server running', async () => {
    const home = temporaryHome({ from: made });
    const log = join(home, 'postgres.log');
    rmSync(log);
    const abort = new AbortController();
    const starting = startEmbeddedPostgres({ home, signal: abort.signal });
    const reason = new Error('enough');
    const outcome = starting.catch((error: unknown) => error);
    await until('the log is there', () => existsSync(log));
    abort.abort(reason);
    expect(await outcome).toBe(reason);
    expect(existsSync(join(home, 'postgres', 'postmaster.pid'))).toBe(false);
    expect(await start(home)).toMatchObject({ adopted: false });
  });
});

describe('after a SIGKILL', START, () => {
  test('of Rowgate, its server is taken over and then stopped by the new owner', async () => {
    const home = temporaryHome({ from: made });
    const child = await startInChild(home);
    const pid = serverPid(home);
    await query(child.result.url, 'CREATE TABLE kept AS SELECT 1 AS id');
    await child.kill();
    const postgres = await start(home);
    expect(postgres).toMatchObject({ adopted: true, created: false, port: child.result.port });
    expect(serverPid(home)).toBe(pid);
    expect(await query(postgres.url, 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
    await postgres.close();
    expect(existsSync(join(home, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('of Rowgate and the server, no committed row is lost, though another program has the pid by now', async () => {
    const home = temporaryHome({ from: made });
    const child = await startInChild(home);
    await query(child.result.url, 'CREATE TABLE kept AS SELECT 1 AS id');
    killServer(home);
    await child.kill();
    const { uid, gid } = statSync(child.result.dataDir);
    const other = spawn('sleep', ['60'], IS_ROOT ? { uid, gid } : {});
    onTestFinished(() => void other.kill());
    const file = join(home, 'postgres', 'postmaster.pid');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(other.pid)));
    const postgres = await start(home);
    expect(postgres).toMatchObject({ adopted: false, created: false });
    expect(await query(postgres.url, 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
    await postgres.close();
    expect(other.exitCode ?? other.signalCode).toBe(null);
  });

  test('of the server alone, closing succeeds and does not stop the server of the next owner', async () => {
    const home = temporaryHome({ from: made });
    const postgres = await start(home);
    killServer(home);
    await query(postgres.url, 'SELECT 1').catch(() => {});
    const child = await startInChild(home);
    expect(child.result).toMatchObject({ adopted: false, created: false });
    await Promise.all([postgres.close(), postgres.close()]);
    expect(await query(child.result.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await child.finish();
    await postgres.close();
  });
});

describe('two Rowgates with one home directory', START, () => {
  test('the second is refused with the process id of the first, which is not affected', async () => {
    const home = temporaryHome({ from: made });
    const postgres = await start(home);
    const { result } = await startInChild(home);
    expect(result.error).toContain(`in use by another Rowgate (process ${process.pid})`);
    expect(result.error).not.toContain(new URL(postgres.url).password);
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('one wins if both start at once in a new directory', async () => {
    const home = temporaryHome();
    const children = await Promise.all([startInChild(home), startInChild(home)]);
    const winners = children.filter(({ result }) => result.error === undefined);
    expect(winners).toHaveLength(1);
    const url = winners[0]?.result.url ?? '';
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await winners[0]?.finish();
    expect(existsSync(join(home, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('the second is refused even after the server ended the session that holds the lock', async () => {
    const home = temporaryHome({ from: made });
    const postgres = await start(home);
    const owner = `FROM pg_stat_activity WHERE application_name = 'rowgate ${process.pid}'`;
    const [before] = await query(postgres.url, `SELECT pid ${owner}`);
    await query(postgres.url, `SELECT pg_terminate_backend(pid) ${owner}`);
    await vi.waitFor(
      async () => {
        const [now] = await query(postgres.url, `SELECT pid ${owner}`);
        expect(now).toEqual({ pid: expect.any(Number) });
        expect(now).not.toEqual(before);
      },
      { timeout: 5000 },
    );
    expect((await startInChild(home)).result.error).toContain('in use by another Rowgate');
  });
});

describe('an error names the problem and the remedy', START, () => {
  test('for data of another major version', async () => {
    const home = temporaryHome();
    const dataDir = join(home, 'postgres');
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'PG_VERSION'), '17\n');
    writeFileSync(join(home, 'postgres.password'), 'x');
    if (IS_ROOT) chownSync(dataDir, NOBODY, NOBODY);
    expect(await failure(home)).toMatch(
      /created by Postgres 17, but this version of Rowgate includes Postgres 18.*\nDump it/,
    );
  });

  test('for a server that does not start, with the end of its log', async () => {
    const home = temporaryHome({ from: made });
    const first = await start(home);
    await first.close();
    writeFileSync(join(first.dataDir, 'postgresql.auto.conf'), "shared_buffers = 'a lot'\n");
    const message = await failure(home);
    expect(message).toContain(join(home, 'postgres.log'));
    expect(message).toContain('invalid value for parameter "shared_buffers"');
    expect(message).toContain('DATABASE_URL');
  });

  test('for a password that is missing, and for one that the server rejects', async () => {
    const home = temporaryHome({ from: made });
    const first = await start(home);
    await first.close();
    const file = join(home, 'postgres.password');
    writeFileSync(file, 'wrong');
    expect(await failure(home)).toContain('rejects the password in postgres.password');
    rmSync(file);
    expect(await failure(home)).toContain(`${file} is missing`);
  });
});

describe.skipIf(!IS_ROOT || process.platform !== 'linux')(
  'as root (skipped: needs uid 0 on Linux)',
  START,
  () => {
    test('the server runs as an ordinary user, who owns the data', async () => {
      const postgres = await start(temporaryHome({ from: made }));
      expect(statSync(postgres.dataDir).uid).not.toBe(0);
      expect(statSync(`/proc/${serverPid(join(postgres.dataDir, '..'))}`).uid).toBe(
        statSync(postgres.dataDir).uid,
      );
    });

    test('data goes to /var/lib/rowgate when the home is closed to that user, and is found when it is opened', async () => {
      const home = temporaryHome({ open: false });
      const first = await start(home);
      expect(first.dataDir).toMatch(/^\/var\/lib\/rowgate\/[0-9a-f]{12}$/);
      expect(lstatSync(join(home, 'postgres')).isSymbolicLink()).toBe(true);
      await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS id');
      await first.close();
      chmodSync(join(home, '..'), 0o755);
      const second = await start(home);
      expect(second).toMatchObject({ created: false, dataDir: first.dataDir });
      expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
    });

    test('data that became closed to its owner is refused with the directory that closes it', async () => {
      const home = temporaryHome({ from: made });
      const first = await start(home);
      await first.close();
      chmodSync(join(home, '..'), 0o700);
      expect(await failure(home)).toContain(`has no access to ${join(home, '..')}`);
    });

    test('an ordinary user needs no other user, and root then serves what that one made', async (context) => {
      const module = join(
        import.meta.dirname,
        '..',
        '..',
        '..',
        'src',
        'dev',
        'embedded-postgres',
        'embedded-postgres.ts',
      );
      const { status } = spawnSync(process.execPath, [module], { uid: NOBODY, cwd: '/' });
      context.skip(
        status !== 0,
        'uid 65534 cannot run Node from this checkout: it has no access to a parent directory',
      );
      const home = temporaryHome({ uid: NOBODY });
      const child = await startInChild(home, NOBODY);
      expect(child.result).toMatchObject({ created: true, dataDir: join(home, 'postgres') });
      expect(statSync(child.result.dataDir).uid).toBe(NOBODY);
      await query(child.result.url, 'CREATE TABLE kept AS SELECT 1 AS id');
      await child.finish();
      const postgres = await start(home);
      expect(await query(postgres.url, 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
      expect(statSync(postgres.dataDir).uid).toBe(NOBODY);
    });
  },
);
