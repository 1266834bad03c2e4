import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RawResponse, jsonOf, send } from '../../helpers/http.ts';
import { keysCommand, made, makeKey } from '../../helpers/keys.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };
const bearer = (key: string) => ({ ...json, authorization: `Bearer ${key}` });
const ask = (replica: TestReplica, headers: Record<string, string>, target = path) =>
  send(replica.url + target, { headers, body: '{}' });
const codeOf = (response: RawResponse) => {
  const body = jsonOf(response);
  return [response.status, typeof body === 'object' && body !== null && 'code' in body ? body.code : null];
};

describe('keys on two replicas', () => {
  let first: TestRowgate;
  let second: TestReplica;
  let url: string;
  beforeAll(async () => {
    // So rarely polled, it is notifications that tell of keys here.
    first = await startRowgate([echoRow()], { AUTH: 'required', REGISTRY_POLL_MS: '60000' });
    url = first.database.url;
    second = await startReplica({
      DATABASE_URL: url,
      UPSTREAM_CONNECT_TO: first.simulator.origin,
      AUTH: 'required',
      REGISTRY_POLL_MS: '60000',
    });
  });
  afterAll(async () => {
    await second.close();
    await first.close();
  });

  const untilBoth = (what: string, key: string, expected: readonly unknown[]) =>
    until(what, async () => {
      const responses = await Promise.all([first, second].map((replica) => ask(replica, bearer(key))));
      return responses.every((response) => codeOf(response).join() === expected.join());
    });

  test('a key that was made is let in, by either header', async () => {
    const { key } = await makeKey(url, 'run:companies/**');
    await untilBoth('both replicas know the key', key, [200, null]);
    expect((await ask(second, { ...json, 'x-api-key': key })).status).toBe(200);
    expect((await ask(second, { ...json, authorization: `bearer ${key}` })).status).toBe(200);
    const foreign = { ...json, authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.', 'x-api-key': key };
    expect((await ask(second, foreign)).status).toBe(200);
    expect(JSON.stringify(first.calls.at(-1)?.rawHeaders)).not.toContain('eyJ');
  });

  test('the key does not reach the function', async () => {
    const { key } = await makeKey(url, 'run:**');
    await untilBoth('both replicas know the key', key, [200, null]);
    expect(JSON.stringify(first.calls)).not.toContain(key);
  });

  test('a request without a key, or with one that is not ours, is told what is missing', async () => {
    const without = await ask(first, json);
    expect(jsonOf(without)).toMatchObject({
      code: 'key_missing',
      detail: 'This request needs an API key. Send it as "Authorization: Bearer …" or "X-API-Key".',
    });
    expect([without.status, without.headers['www-authenticate']]).toEqual([401, 'Bearer realm="rowgate"']);
    expect(jsonOf(await ask(first, json, `${path}?api_key=x`))).toMatchObject({
      code: 'key_missing',
      detail:
        'This request needs an API key. A key in the URL is not accepted, because URLs end up in logs and browser histories. Send it as "Authorization: Bearer …" or "X-API-Key".',
    });
    for (const key of ['x', `rowgate_${'A'.repeat(43)}`, 'rowgate_'])
      expect(codeOf(await ask(first, bearer(key)))).toEqual([401, 'key_unknown']);
    expect(codeOf(await ask(first, { ...json, authorization: 'Basic YTpi' }))).toEqual([401, 'key_missing']);
  });

  test('a key without the scope is told which one it takes', async () => {
    const { key } = await makeKey(url, 'run:people/**,read');
    await until('the key is known', async () => codeOf(await ask(first, bearer(key)))[0] === 403);
    expect(jsonOf(await ask(first, bearer(key)))).toMatchObject({
      code: 'scope_missing',
      needs: 'run:companies/demo/echo/lookup',
    });
  });

  test('a revoked key is out on both', async () => {
    const { key, id } = await makeKey(url, 'run:**');
    await untilBoth('both replicas know the key', key, [200, null]);
    expect(await keysCommand(url, 'revoke', id)).toBe(`${id} is revoked.\n`);
    await untilBoth('both replicas refuse the key', key, [401, 'key_revoked']);
  });

  test('a rotated key: both hold for a while, then the new one', async () => {
    const { key, id } = await makeKey(url, 'run:**');
    const rotated = made(await keysCommand(url, 'rotate', id, '--grace', '2s', '--json'));
    expect(rotated.id).toBe(id);
    await untilBoth('both replicas know the new key', rotated.key, [200, null]);
    await untilBoth('the old one has ended', key, [401, 'key_expired']);
    expect((await ask(first, bearer(rotated.key))).status).toBe(200);
  });

  test('a key ends by itself', async () => {
    const { key } = await makeKey(url, 'run:**', '--expires', '2s');
    await untilBoth('both replicas know the key', key, [200, null]);
    await untilBoth('it has expired', key, [401, 'key_expired']);
    expect(await keysCommand(url, 'list')).toContain('expired');
  });

  test('the list shows whose keys there are, and no secret', async () => {
    const { key, id } = await makeKey(url, 'run:**');
    const list = await keysCommand(url, 'list');
    expect(list).toContain(id);
    expect(list).not.toContain(key);
    expect(list).not.toMatch(/[0-9a-f]{64}/);
  });

  /** The longest time between two settlements of one replica so far, in seconds, as the database recorded them. */
  const watchSettlements = (signal: AbortSignal): (() => Promise<number>) => {
    const text =
      'select process_id::text as process, extract(epoch from settled_at)::float8 as at from rowgate.key_settlements';
    const lastAt = new Map<unknown, number>();
    let longest = 1;
    const watching = (async () => {
      while (!signal.aborted) {
        for (const { process, at } of await first.database.query(text)) {
          longest = Math.max(longest, Number(at) - (lastAt.get(process) ?? Number(at)));
          lastAt.set(process, Number(at));
        }
        await delay(20);
      }
    })();
    return () => watching.then(() => longest);
  };

  test('a rate is shared: together the replicas let through no more than between two settlements too much', async () => {
    const { key } = await makeKey(url, 'run:**', '--rate', '20');
    await untilBoth('both replicas know the key', key, [200, null]);
    const startedAt = performance.now();
    let asked = 0;
    let served = 0;
    const seconds = 4;
    const flooding = new AbortController();
    const longestPause = watchSettlements(flooding.signal);
    const flood = async (replica: TestReplica): Promise<void> => {
      while (performance.now() - startedAt < seconds * 1_000) {
        asked += 1;
        if ((await ask(replica, bearer(key))).status === 200) served += 1;
      }
    };
    await Promise.all([flood(first), flood(second)]);
    const took = (performance.now() - startedAt) / 1_000;
    flooding.abort();
    const pause = await longestPause();
    // The burst, the rate over the time, and the other replica's between two settlements: a second, and what one was late by,
    // to be begun and again to be done.
    expect(served).toBeLessThanOrEqual(Math.ceil(20 + 20 * took + 20 * (1 + 2 * (pause - 1))));
    expect(served).toBeGreaterThanOrEqual(Math.min(asked, 20 * (seconds - 1)));
    const refused = await until('it is refused', async () => {
      // More at once than the rate and the burst allow.
      const asking = Array.from({ length: 50 }, () => ask(first, bearer(key)));
      return (await Promise.all(asking)).find(({ status }) => status === 429);
    });
    expect(jsonOf(refused)).toMatchObject({ code: 'rate_limited' });
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"rate";q=20;w=1',
      ratelimit: expect.stringMatching(/^"rate";r=0;t=\d+$/),
      'retry-after': expect.stringMatching(/^\d+$/),
    });
  });

  const usedBy = async (id: string): Promise<number> => {
    const text = 'select used::int from rowgate.api_key_usage where key_id = $1';
    return Number((await first.database.query(text, [id]))[0]?.['used'] ?? 0);
  };

  test('a quota is shared', async () => {
    const { key, id } = await makeKey(url, 'run:**', '--quota', '10');
    await until('the key is known', async () => (await ask(first, bearer(key))).status === 200);
    for (let n = 0; n < 4; n += 1) await ask(first, bearer(key));
    await until('what the first let through is settled', async () => (await usedBy(id)) >= 5);
    // The first request tells the second replica of the others' once it is settled.
    expect((await ask(second, bearer(key))).status).toBe(200);
    await until('that one is settled', async () => (await usedBy(id)) >= 6);
    await until('it is spent', async () => (await ask(second, bearer(key))).status === 429);
    expect(codeOf(await ask(second, bearer(key)))).toEqual([429, 'quota_exceeded']);
    await until('all of it is settled', async () => (await usedBy(id)) >= 10);
    // The replica may have let through some more before it knew the balance.
    expect(await usedBy(id)).toBeLessThanOrEqual(15);
  });
});

test('a command that makes no sense says what would', async () => {
  await expect(keysCommand('postgres://x/y', 'create', '--name', 'a', '--scopes', 'write')).rejects.toThrow(
    /"write" is not a scope\.[^]*npm run keys -- COMMAND …/,
  );
  await expect(keysCommand('postgres://x/y', 'create', '--scopes', 'read')).rejects.toThrow(
    "Add --name with the name of the key's owner, at most 100 characters. Example: npm run keys -- create --name clay --scopes",
  );
  await expect(keysCommand('postgres://x/y', 'create', '--name', 'a')).rejects.toThrow('Add --scopes');
  await expect(
    keysCommand('postgres://x/y', 'create', '--name', 'a', '--scopes', 'read', '--expires', 'soon'),
  ).rejects.toThrow('90d');
  await expect(keysCommand('postgres://x/y', 'revoke')).rejects.toThrow('one id');
});
