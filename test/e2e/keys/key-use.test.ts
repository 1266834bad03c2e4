import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send } from '../../helpers/http.ts';
import { keysCommand, type MadeKey, makeKey } from '../../helpers/keys.ts';
import { type CommitCutter, startCommitCutter } from '../../helpers/proxies/commit-cutter.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const lockedWaiters = `select pid from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like '%key_settlements%'`;

describe('the use of a key is counted exactly once', () => {
  let direct: TestRowgate;
  let replica: TestReplica;
  let cutter: CommitCutter;
  let made: MadeKey;
  let url: string;
  beforeAll(async () => {
    direct = await startRowgate([echoRow()], { AUTH: 'required' });
    url = direct.database.url;
    cutter = await startCommitCutter(url);
    replica = await startReplica({
      DATABASE_URL: cutter.url(url),
      UPSTREAM_CONNECT_TO: direct.simulator.origin,
      AUTH: 'required',
      DATABASE_POOL_MAX: '2',
      // So rarely polled, it is a notification that tells of a revocation.
      REGISTRY_POLL_MS: '600000',
    });
  });
  afterAll(async () => {
    await replica.close();
    await cutter.close();
    await direct.close();
  });
  beforeEach(async () => {
    made = await makeKey(url, 'run:**', '--quota', '100000');
    await until('the key is known', async () => (await call(made)) === 200);
    sent = 1;
  });

  let sent = 0;
  const call = async ({ key }: MadeKey): Promise<number> =>
    (
      await send(`${replica.url}/run/companies/demo/echo/lookup`, {
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: '{}',
      })
    ).status;
  const use = async (calls: number): Promise<void> => {
    for (let n = 0; n < calls; n += 1) expect(await call(made)).toBe(200);
    sent += calls;
  };
  const used = async (): Promise<number> => {
    const text = 'select used::int from rowgate.api_key_usage where key_id = $1';
    return Number((await direct.database.query(text, [made.id]))[0]?.['used'] ?? 0);
  };
  /** All that was sent is settled; what is sent afterwards shows that nothing more of it arrives later. */
  const expectCounted = async (): Promise<void> => {
    await until('all is counted', async () => (await used()) >= sent);
    await use(1);
    await until('what came later is counted, too', async () => (await used()) >= sent);
    expect(await used()).toBe(sent);
  };
  const locked = async (work: (locker: pg.Client) => Promise<void>): Promise<void> => {
    const locker = new pg.Client(url);
    await locker.connect();
    try {
      await locker.query('begin; lock table rowgate.api_key_usage in access exclusive mode');
      await work(locker);
      await locker.query('rollback');
    } finally {
      await locker.end();
    }
  };
  const failures = () => replica.observations.filter(({ kind }) => kind === 'key_use_not_settled').length;
  const waiters = () => direct.database.query(lockedWaiters);

  test('while the table is locked for longer than a settlement waits, which is reported, and does not delay a revocation', async () => {
    const other = await makeKey(url, 'run:**');
    await until('the key is known', async () => (await call(other)) === 200);
    const failed = failures();
    await locked(async () => {
      await use(11);
      await until('a settlement waits', async () => (await waiters()).length > 0);
      await keysCommand(url, 'revoke', other.id);
      await until('it is refused', async () => (await call(other)) === 401);
      // The settlements that were given up are not many: at most one waits at a time.
      for (let n = 0; n < 2; n += 1) {
        const [first] = await until('one waits', async () => {
          const found = await waiters();
          return found.length > 0 && found;
        });
        expect(await waiters()).toHaveLength(1);
        expect(first).toBeDefined();
      }
      await until('one was given up', () => failures() > failed);
    });
    await expectCounted();
    await until('the end is reported', () =>
      replica.observations.some(({ kind }) => kind === 'key_use_settled_again'),
    );
  });

  test.each(['pg_cancel_backend', 'pg_terminate_backend'])('after %s amid a settlement', async (end) => {
    await locked(async () => {
      await use(7);
      for (let n = 0; n < 2; n += 1) {
        const [waiting] = await until('a settlement waits', async () => {
          const found = await waiters();
          return found.length > 0 && found;
        });
        await direct.database.query(`select ${end}($1)`, [waiting?.['pid']]);
        await until('that one has ended', async () =>
          (await waiters()).every(({ pid }) => pid !== waiting?.['pid']),
        );
      }
    });
    await expectCounted();
  });

  test('where the acknowledgement of a COMMIT is lost, again and again', async () => {
    const before = cutter.cuts();
    cutter.cutNext(3);
    await use(9);
    await until('three are lost', () => cutter.cuts() === before + 3);
    await expectCounted();
  });
});
