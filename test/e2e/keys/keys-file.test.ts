import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../../helpers/http.ts';
import { type MadeKey, makeKey } from '../../helpers/keys.ts';
import { temporaryDirectory } from '../../helpers/process.ts';
import { startTcpProxy } from '../../helpers/proxies/tcp-proxy.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

type Env = Readonly<Record<string, string>>;

describe.skipIf(process.platform === 'win32')('a start whose keys file', () => {
  let gateway: TestRowgate;
  let made: MadeKey;
  beforeAll(async () => {
    gateway = await startRowgate([echoRow()], { AUTH: 'required' });
    made = await makeKey(gateway.database.url, 'run:**');
  });
  afterAll(() => gateway.close());

  const start = (env: Env): Promise<TestReplica> =>
    startReplica({ UPSTREAM_CONNECT_TO: gateway.simulator.origin, AUTH: 'required', ...env });
  const status = async (replica: TestReplica): Promise<number> =>
    (
      await send(`${replica.url}/run/companies/demo/echo/lookup`, {
        headers: { 'content-type': 'application/json', 'x-api-key': made.key },
        body: '{}',
      })
    ).status;
  const faultsOf = ({ observations }: TestReplica) =>
    observations.flatMap((seen) => (seen.kind === 'keys_file_failed' ? [String(seen.error)] : []));

  const everythingElse: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['is a FIFO', async (path) => execFileSync('mkfifo', [path])],
    ['is a directory', (path) => mkdir(path)],
    ['leads to a device', (path) => symlink('/dev/zero', path)],
    [
      'has a terabyte',
      async (path) => {
        await writeFile(path, '');
        await truncate(path, 2 ** 40);
      },
    ],
  ];
  test.each(everythingElse)('%s, ignores it with a warning and serves', async (_, make) => {
    await using home = await temporaryDirectory();
    const file = join(home.path, 'keys.json');
    await make(file);
    const replica = await start({
      DATABASE_URL: gateway.database.url,
      SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
    });
    expect(faultsOf(replica)[0]).toContain(`The saved keys in ${file} are not used`);
    expect(await status(replica)).toBe(200);
    await replica.close();
    await rm(file, { recursive: true, force: true });
  });

  test.each([
    [3_600_000, 503],
    [-60_000, 200],
  ])(
    'was saved %d ms from now, while the database is away: a key is let in only if its age is known',
    async (offsetMs, expected) => {
      await using home = await temporaryDirectory();
      const proxy = await startTcpProxy(gateway.database.url);
      const env = {
        DATABASE_URL: proxy.url(gateway.database.url),
        SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
      };
      await (await start(env)).close();
      const savedAt = new Date(Date.now() + offsetMs);
      await utimes(join(home.path, 'keys.json'), savedAt, savedAt);
      await proxy.refuse();
      const replica = await start(env);
      expect(await status(replica)).toBe(expected);
      expect(faultsOf(replica)).toHaveLength(expected === 200 ? 0 : 1);
      await replica.close();
      await proxy.close();
    },
  );
});
