import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { ask, untilListening } from '../../helpers/registry.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const other = '/run/companies/demo/other/lookup';
const otherRow = echoRow({ workflow_slug: 'other', api_endpoint_url: other });

describe('three replicas of one registry', () => {
  let replicas: readonly TestReplica[];
  let first: TestRowgate;
  beforeEach(async () => {
    first = await startRowgate([echoRow()]);
    const env = { DATABASE_URL: first.database.url, UPSTREAM_CONNECT_TO: first.simulator.origin };
    replicas = [first, await startReplica(env), await startReplica(env)];
    for (const replica of replicas) await untilListening(replica);
  });
  afterEach(async () => {
    for (const replica of replicas.toReversed()) await replica.close();
  });

  const version = async (): Promise<string> => {
    const [row] = await first.database.query('select version::text as version from rowgate.registry_version');
    return String(row?.['version']);
  };
  const wait = (query: string) =>
    send(`${first.url}/api/enrichment/registry/wait?${query}`, { method: 'POST' });

  test('serve an inserted row, all of them, once the wait for its version has ended', async () => {
    await insertRows(first.database, [otherRow]);
    const response = await wait(`version=${await version()}&timeout=10`);
    expect([response.status, response.body.toString()]).toEqual([204, '']);
    expect(await Promise.all(replicas.map((replica) => ask(replica, other)))).toEqual([
      [200, 'other'],
      [200, 'other'],
      [200, 'other'],
    ]);
  });

  test('are waited for in vain for a version that does not come, and those behind are named', async () => {
    const response = await wait('version=999999&timeout=0.2');
    expect(jsonOf(response)).toMatchObject({ status: 504, code: 'replicas_behind' });
    expect(jsonOf(response)).toHaveProperty('behind.length', 3);
  });

  test('do not wait for one that has stopped', async () => {
    const [, second] = replicas;
    await second?.close();
    replicas = replicas.filter((replica) => replica !== second);
    await insertRows(first.database, [otherRow]);
    expect((await wait(`version=${await version()}`)).status).toBe(204);
  });

  test.each([['version=-1'], ['version=x'], [''], ['version=1&timeout=soon'], ['version=1&timeout=61']])(
    'refuse to wait for "%s"',
    async (query) => {
      expect(jsonOf(await wait(query))).toMatchObject({ status: 422, code: 'invalid_query' });
    },
  );

  test('agree on who keeps a path that two rows claim', async () => {
    const rows = ['c', 'a', 'b'].map((slug) => echoRow({ workflow_slug: slug, api_endpoint_url: other }));
    await insertRows(first.database, rows);
    await until('all have validated', () =>
      replicas.every(({ app }) => app.current()?.counts.rejected === 2),
    );
    expect(await Promise.all(replicas.map(async (replica) => (await ask(replica, other))[1]))).toEqual([
      'a',
      'a',
      'a',
    ]);
  });
});
