import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { type MadeKey, makeKey } from '../../helpers/keys.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const hourMs = 3_600_000;
const yearMs = 366 * 24 * hourMs;

describe("where the machine's clock is wrong", () => {
  let gateway: TestRowgate;
  beforeAll(async () => {
    gateway = await startRowgate([echoRow()], { AUTH: 'required' });
  });
  afterEach(() => vi.useRealTimers());
  afterAll(() => gateway.close());

  const setClock = (aheadMs: number): void => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs });
  };
  const start = (): Promise<TestReplica> =>
    startReplica({
      DATABASE_URL: gateway.database.url,
      UPSTREAM_CONNECT_TO: gateway.simulator.origin,
      AUTH: 'required',
    });
  const ask = ({ url }: TestReplica, { key }: MadeKey) =>
    send(`${url}/run/companies/demo/echo/lookup`, {
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: '{}',
    });
  const known = async (replica: TestReplica, made: MadeKey): Promise<void> => {
    await until('the key is known', async () => (await ask(replica, made)).status !== 401);
  };

  test('or is set back an hour, a key is refused by its rate for no longer than its rate says', async () => {
    setClock(0);
    const replica = await start();
    const made = await makeKey(gateway.database.url, 'run:**', '--rate', '5');
    await known(replica, made);
    setClock(-hourMs);
    const waits: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { headers } = await ask(replica, made);
      waits.push(Number(headers['retry-after'] ?? 0));
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(2);
    await until('it is let in', async () => (await ask(replica, made)).status === 200);
    await replica.close();
  });

  test.each([-yearMs, yearMs])(
    'by %d ms at the start, keys expire and quotas begin again by the time of the database',
    async (aheadMs) => {
      setClock(aheadMs);
      const replica = await start();
      const [lasting, ending, spent] = await Promise.all([
        makeKey(gateway.database.url, 'run:**', '--expires', '1h'),
        makeKey(gateway.database.url, 'run:**', '--expires', '3s'),
        makeKey(gateway.database.url, 'run:**', '--quota', '1'),
      ]);
      await known(replica, lasting);
      expect((await ask(replica, lasting)).status).toBe(200);
      await until('it has expired', async () => {
        const response = await ask(replica, ending);
        return JSON.stringify(jsonOf(response)).includes('key_expired');
      });
      await known(replica, spent);
      const refused = await until('it is spent', async () => {
        const response = await ask(replica, spent);
        return response.status === 429 && response;
      });
      const [row] = await gateway.database.query(
        "select extract(epoch from date_trunc('month', now(), 'UTC') + interval '1 month' - now())::float8 as seconds",
      );
      expect(Math.abs(Number(refused.headers['retry-after']) - Number(row?.['seconds']))).toBeLessThan(60);
      await replica.close();
    },
  );
});
