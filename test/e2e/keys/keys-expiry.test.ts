import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { hashOfKey, newKey } from '../../../src/auth/key-format.ts';
import { send } from '../../helpers/http.ts';
import { keysCommand } from '../../helpers/keys.ts';
import { temporaryDirectory } from '../../helpers/process.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { startTcpProxy } from '../../helpers/proxies/tcp-proxy.ts';

/** Every kind of timestamp that Postgres knows, and whether it is past. */
const times = [
  { time: '-infinity', isPast: true, listed: '-infinity' },
  { time: '4714-11-24 00:00:00+00 BC', isPast: true, listed: '4714-11-24 00:00 BC' },
  { time: '0044-03-15 00:00:00+00 BC', isPast: true, listed: '0044-03-15 00:00 BC' },
  { time: '0001-01-01 00:00:00+00', isPast: true, listed: '0001-01-01 00:00' },
  { time: '1969-12-31 23:59:59+00', isPast: true, listed: '1969-12-31 23:59' },
  { time: '2026-01-01 00:00:00.000001+00', isPast: true, listed: '2026-01-01 00:00' },
  { time: '2999-12-31 23:59:59.999999+00', isPast: false, listed: '2999-12-31 23:59' },
  { time: '12000-01-01 00:00:00+00', isPast: false, listed: '12000-01-01 00:00' },
  { time: '294276-12-31 23:59:59+00', isPast: false, listed: '294276-12-31 23:59' },
  { time: 'infinity', isPast: false, listed: 'never' },
] as const;

const SavedFile = z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) });

describe('the end of a key, whatever Postgres takes for a time', () => {
  let gateway: TestRowgate;
  let url: string;
  const keys = times.map((each) => ({ ...each, id: crypto.randomUUID(), key: newKey(), previous: newKey() }));
  const rotated = keys.map((each) => ({ ...each, id: crypto.randomUUID(), key: newKey() }));
  const revoked = keys.map((each) => ({ ...each, id: crypto.randomUUID(), key: newKey() }));

  beforeAll(async () => {
    gateway = await startRowgate([echoRow()], { AUTH: 'required' });
    url = gateway.database.url;
    const insert = (column: string, values: readonly unknown[]) =>
      gateway.database.query(
        `insert into rowgate.api_keys (id, name, key_hash, scopes, ${column}) values ($1, 'a', $2, '{run:**}', $3${values.length > 3 ? ', $4' : ''})`,
        values,
      );
    for (const { id, key, time } of keys) await insert('expires_at', [id, hashOfKey(key), time]);
    for (const { id, key, time } of revoked) await insert('revoked_at', [id, hashOfKey(key), time]);
    for (const { id, key, previous, time } of rotated)
      await insert('previous_expires_at, previous_key_hash', [id, hashOfKey(key), time, hashOfKey(previous)]);
  });
  afterAll(() => gateway.close());

  const start = (env: Record<string, string> = {}): Promise<TestReplica> =>
    startReplica({
      DATABASE_URL: url,
      UPSTREAM_CONNECT_TO: gateway.simulator.origin,
      AUTH: 'required',
      ...env,
    });
  const status = async (replica: TestReplica, key: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    return (await send(`${replica.url}/run/companies/demo/echo/lookup`, { headers, body: '{}' })).status;
  };
  const statuses = async (replica: TestReplica, secrets: readonly string[]) =>
    Promise.all(secrets.map((secret) => status(replica, secret)));
  const expected = keys.map(({ isPast }) => (isPast ? 401 : 200));

  const expectAllDecided = async (replica: TestReplica): Promise<void> => {
    const secrets = (of: readonly { key: string }[]) => of.map(({ key }) => key);
    expect(await statuses(replica, secrets(keys))).toEqual(expected);
    expect(
      await statuses(
        replica,
        rotated.map(({ previous }) => previous),
      ),
    ).toEqual(expected);
    expect(await statuses(replica, secrets(rotated))).toEqual(keys.map(() => 200));
    expect(await statuses(replica, secrets(revoked))).toEqual(keys.map(() => 401));
  };

  test('is as the database has it, of previous secrets too, and every revoked_at revokes', async () => {
    const replica = await start();
    await expectAllDecided(replica);
    expect(replica.observations.map(({ kind }) => kind)).not.toContain('key_invalid');
    await replica.close();
  });

  test('is the same in the list', async () => {
    const list = await keysCommand(url, 'list');
    for (const { id, isPast, listed } of keys) {
      const state = isPast ? 'expired' : 'active';
      expect(list).toMatch(
        new RegExp(`^${id}  a +${state} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  ${listed} +\\d `, 'm'),
      );
    }
  });

  describe('by the saved keys', () => {
    const away = async (
      change: (saved: z.output<typeof SavedFile>) => unknown,
      check: (replica: TestReplica) => Promise<void>,
    ): Promise<void> => {
      await using home = await temporaryDirectory();
      const proxy = await startTcpProxy(url);
      const env = { DATABASE_URL: proxy.url(url), SNAPSHOT_PATH: join(home.path, 'snapshot.json') };
      const first = await start(env);
      await first.close();
      const file = join(home.path, 'keys.json');
      const saved = SavedFile.parse(JSON.parse(await readFile(file, 'utf8')));
      await writeFile(file, JSON.stringify(await change(saved)));
      await proxy.refuse();
      const replica = await start(env);
      await check(replica);
      await replica.close();
      await proxy.close();
    };

    test('is the same', async () => {
      expect.assertions(4);
      await away((saved) => saved, expectAllDecided);
    });

    test('of the format before is the same, and what cannot be read has passed', async () => {
      const asTextOnce = async () => {
        const [row] = await gateway.database.query(
          `select json_agg(listed) as keys from (
             select id, name, key_hash, previous_key_hash, previous_expires_at, scopes, requests_per_second, burst,
               monthly_quota, expires_at, revoked_at from rowgate.api_keys
           ) listed`,
        );
        return row?.['keys'];
      };
      await away(
        async (saved) => ({ ...saved, format: 'rowgate-keys-1', keys: await asTextOnce() }),
        async (replica) => {
          // Years of five digits are the one thing that its texts cannot tell: what cannot be read has passed.
          const readable = ({ time }: { time: string }) => !/^\d{5}/.test(time);
          for (const { key, isPast } of keys.filter(readable))
            expect(await status(replica, key)).toBe(isPast ? 401 : 200);
          for (const { previous, isPast } of rotated.filter(readable))
            expect(await status(replica, previous)).toBe(isPast ? 401 : 200);
          for (const { key } of revoked) expect(await status(replica, key)).toBe(401);
          for (const { key } of keys.filter((each) => !readable(each)))
            expect(await status(replica, key)).toBe(401);
        },
      );
    });

    test.each(['NaN', '2999-01-01', {}, undefined])(
      'has passed where it is %j instead of seconds, which is named, and the other keys work',
      async (value) => {
        const [damaged, intact] = [keys[6], keys[9]];
        await away(
          (saved) => ({
            ...saved,
            keys: saved.keys.map((row) =>
              row['id'] === damaged?.id ? { ...row, expires_at_seconds: value } : row,
            ),
          }),
          async (replica) => {
            expect(await status(replica, damaged?.key ?? '')).toBe(401);
            expect(replica.observations).toContainEqual(
              expect.objectContaining({
                kind: 'key_invalid',
                keyId: damaged?.id,
                column: 'expires_at',
                effect: 'The key counts as expired.',
              }),
            );
            expect(await status(replica, intact?.key ?? '')).toBe(200);
          },
        );
      },
    );
  });
});
