import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashOfKey, newKey } from '../../../src/auth/key-format.ts';
import { observeWith } from '../../../src/observability/logger.ts';
import { jsonOf, send } from '../../helpers/http.ts';
import { keysCommand, type MadeKey, makeKey } from '../../helpers/keys.ts';
import { temporaryDirectory } from '../../helpers/process.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { startTcpProxy } from '../../helpers/proxies/tcp-proxy.ts';
import { until } from '../../helpers/until.ts';

/** Lets the table take anything, as one whose constraints were dropped does. */
const withoutConstraints = `
  do $$
  declare name text;
  begin
    for name in select conname from pg_constraint where conrelid = 'rowgate.api_keys'::regclass and contype = 'c' loop
      execute format('alter table rowgate.api_keys drop constraint %I', name);
    end loop;
  end $$;
  alter table rowgate.api_keys alter name drop not null, alter name type jsonb using to_jsonb(name),
    alter key_hash drop not null, alter scopes drop not null, alter created_at drop not null,
    alter requests_per_second type float8, alter burst type float8`;

/** What makes a column unreadable, as an SQL expression, and the code that a caller with the key gets. */
const damages = [
  ['scopes', "array['admin', null]", 'key_invalid'],
  ['scopes', "array[array['admin']]", 'key_invalid'],
  ['scopes', 'null', 'key_invalid'],
  ['scopes', "'{}'", 'key_invalid'],
  ['name', 'null', 'key_invalid'],
  ['name', `'{"absurd": [1]}'`, 'key_invalid'],
  ['requests_per_second', "'-5'", 'key_invalid'],
  ['requests_per_second', "'NaN'", 'key_invalid'],
  ['burst', "'Infinity'", 'key_invalid'],
  ['monthly_quota', '0', 'key_invalid'],
  ['key_hash', 'null', 'key_unknown'],
  ['key_hash', 'upper(key_hash)', 'key_unknown'],
  ['key_hash', "'x'", 'key_unknown'],
].map(([column = '', value = '', code = '']) => ({ column, value, code }));

describe('a key with an unreadable column', () => {
  let gateway: TestRowgate;
  let url: string;
  let good: MadeKey;
  const started: TestReplica[] = [];
  beforeEach(async () => {
    gateway = await startRowgate([echoRow()], { AUTH: 'required', REGISTRY_POLL_MS: '50' });
    url = gateway.database.url;
    good = await makeKey(url, 'run:**');
  });
  afterEach(async () => {
    for (const replica of started.splice(0)) await replica.close();
    await gateway.close();
  });

  const start = async (env: Record<string, string> = {}): Promise<TestReplica> => {
    const replica = await startReplica({
      DATABASE_URL: url,
      UPSTREAM_CONNECT_TO: gateway.simulator.origin,
      AUTH: 'required',
      REGISTRY_POLL_MS: '50',
      ...env,
    });
    started.push(replica);
    return replica;
  };
  const outcome = async (replica: TestReplica, key: string): Promise<unknown> => {
    const response = await send(`${replica.url}/run/companies/demo/echo/lookup`, {
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: '{}',
    });
    if (response.status === 200) return 200;
    const body = jsonOf(response);
    return typeof body === 'object' && body !== null && 'code' in body ? body.code : response.status;
  };
  const untilOutcome = (replica: TestReplica, key: string, expected: unknown) =>
    until(`the key gets ${String(expected)}`, async () => (await outcome(replica, key)) === expected);
  const faultsOf = ({ observations }: TestReplica, id: string) =>
    observations.flatMap((seen) => (seen.kind === 'key_invalid' && seen.keyId === id ? [seen] : []));
  const damage = (id: string, column: string, expression: string) =>
    gateway.database.query(`update rowgate.api_keys set ${column} = ${expression} where id = $1`, [id]);

  test('a null among its scopes leaves revocations of other keys and a fresh start as they are', async () => {
    const [bad, victim] = [await makeKey(url, 'read'), await makeKey(url, 'run:**')];
    await untilOutcome(gateway, victim.key, 200);
    await damage(bad.id, 'scopes', `array['run:**', null]`);
    await untilOutcome(gateway, bad.key, 'key_invalid');
    await keysCommand(url, 'revoke', victim.id);
    await untilOutcome(gateway, victim.key, 'key_revoked');
    const fresh = await start();
    expect(await outcome(fresh, good.key)).toBe(200);
    expect(await outcome(fresh, bad.key)).toBe('key_invalid');
    expect(fresh.observations).toContainEqual({ kind: 'keys_loaded', count: 3, invalid: 1 });
  });

  test('is refused and named, whichever column it is; the other keys work', async () => {
    await gateway.database.query(withoutConstraints);
    const bad = damages.map((each) => ({ ...each, key: newKey(), id: crypto.randomUUID() }));
    for (const { id, key } of bad) {
      await gateway.database.query(
        `insert into rowgate.api_keys (id, name, key_hash, scopes, created_at) values ($1, '"bad"', $2, '{admin}', null)`,
        [id, hashOfKey(key)],
      );
    }
    for (const { key } of bad) await untilOutcome(gateway, key, 200);
    for (const { id, column, value } of bad) await damage(id, column, value);
    for (const { key, code } of bad) await untilOutcome(gateway, key, code);
    const fresh = await start();
    const list = await keysCommand(url, 'list');
    for (const { id, key, column, code } of bad) {
      expect(await outcome(fresh, key)).toBe(code);
      const name = column === 'name' ? null : 'bad';
      const named = [{ column, name, effect: 'The key is refused.' }];
      expect(faultsOf(gateway, id)).toMatchObject(named);
      expect(faultsOf(fresh, id)).toMatchObject(named);
      expect(list).toMatch(new RegExp(`^${id} .* invalid `, 'm'));
      expect(list).toMatch(new RegExp(`^${id} \\(.*\\): ${column} must .*The key is refused\\. [A-Z]`, 'm'));
    }
    expect([await outcome(gateway, good.key), await outcome(fresh, good.key)]).toEqual([200, 200]);
    expect(list).toMatch(new RegExp(`^${good.id} .* active `, 'm'));
  });

  test('is named once a change: not by later loads, but again after it was fixed and broken anew', async () => {
    const bad = await makeKey(url, 'run:**');
    const loads = () => gateway.observations.filter(({ kind }) => kind === 'keys_loaded').length;
    await damage(bad.id, 'scopes', `array['run:**', null]`);
    await untilOutcome(gateway, bad.key, 'key_invalid');
    const before = loads();
    await damage(good.id, 'name', `'renamed'`);
    await until('the keys are loaded again', () => loads() > before);
    expect(faultsOf(gateway, bad.id)).toEqual([
      {
        kind: 'key_invalid',
        keyId: bad.id,
        name: 'test',
        column: 'scopes',
        cause: 'scopes must be a list of scopes; entry 2 is null, which is not a scope.',
        effect: 'The key is refused.',
        fix: "Set scopes to a list of scopes such as '{run:companies/**,read}', or revoke the key.",
      },
    ]);
    await damage(bad.id, 'scopes', `array['run:**']`);
    await untilOutcome(gateway, bad.key, 200);
    await damage(bad.id, 'scopes', `array[null]`);
    await untilOutcome(gateway, bad.key, 'key_invalid');
    expect(faultsOf(gateway, bad.id)).toHaveLength(2);
  });

  test('shows no hash in the log or the list, where one was pasted into another column either', async () => {
    const bad = await makeKey(url, 'run:**');
    const hash = hashOfKey(bad.key);
    await damage(bad.id, 'name', `'${hash}'`);
    await damage(bad.id, 'scopes', `array['${hash}']`);
    await untilOutcome(gateway, bad.key, 'scope_missing');
    const lines: string[] = [];
    const observe = observeWith({
      logger: pino({}, { write: (line: string) => lines.push(line) }),
      writeLine: null,
    });
    for (const seen of faultsOf(gateway, bad.id)) observe(seen);
    expect(lines.join('')).toMatch(/"level":40.*"column":"scopes".*"msg":"key_invalid"/);
    expect(lines.join('')).not.toContain(hash);
    expect(await keysCommand(url, 'list')).not.toContain(hash);
    expect(await keysCommand(url, 'list', '--json')).not.toContain(hash);
  });

  test('that is a scope nobody knows is named, grants nothing, and leaves the other scopes as they are', async () => {
    const bad = await makeKey(url, 'run:**');
    await damage(bad.id, 'scopes', `array['raed', 'run:**']`);
    await until('it is named', () => faultsOf(gateway, bad.id).length === 1);
    expect(faultsOf(gateway, bad.id)).toMatchObject([
      { column: 'scopes', effect: 'It grants nothing; the other scopes of the key work.' },
    ]);
    expect(await outcome(gateway, bad.key)).toBe(200);
    expect(await keysCommand(url, 'list')).toMatch(new RegExp(`^${bad.id} .* active `, 'm'));
  });

  test('can be revoked, which ends the complaint', async () => {
    const bad = await makeKey(url, 'run:**');
    await damage(bad.id, 'scopes', `array['run:**', null]`);
    await untilOutcome(gateway, bad.key, 'key_invalid');
    await keysCommand(url, 'revoke', bad.id);
    await untilOutcome(gateway, bad.key, 'key_revoked');
    expect(faultsOf(await start(), bad.id)).toEqual([]);
    expect(await keysCommand(url, 'list')).not.toContain('The key is refused');
  });

  test.each([
    ['previous_key_hash', `'x'`],
    ['previous_expires_at', 'null'],
  ])('works with its current secret where only %s is unreadable', async (column, expression) => {
    await gateway.database.query(withoutConstraints);
    const current = newKey();
    await gateway.database.query(
      `update rowgate.api_keys set previous_key_hash = key_hash, previous_expires_at = now() + interval '1 day', key_hash = $2 where id = $1`,
      [good.id, hashOfKey(current)],
    );
    await untilOutcome(gateway, current, 200);
    expect(await outcome(gateway, good.key)).toBe(200);
    await damage(good.id, column, expression);
    await untilOutcome(gateway, good.key, 'key_unknown');
    expect(await outcome(gateway, current)).toBe(200);
    expect(faultsOf(gateway, good.id)).toMatchObject([
      { column, effect: 'The secret before the last rotation is refused; the current one works.' },
    ]);
    expect(await keysCommand(url, 'list')).toMatch(/ active .*[^]*the current one works/);
  });

  test('in the saved keys file leaves the other keys of the file as they are', async () => {
    await using home = await temporaryDirectory();
    const proxy = await startTcpProxy(url);
    const env = {
      DATABASE_URL: proxy.url(url),
      SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
    };
    const bad = await makeKey(url, 'run:**');
    await damage(bad.id, 'scopes', `array['run:**', null]`);
    const first = await start(env);
    started.splice(started.indexOf(first), 1);
    await first.close();
    const file = join(home.path, 'keys.json');
    const saved: { keys: unknown[] } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...saved, keys: [null, ...saved.keys, { id: 'x', scopes: 5 }] }));
    await proxy.refuse();
    const replica = await start(env);
    expect(await outcome(replica, good.key)).toBe(200);
    expect(await outcome(replica, bad.key)).toBe('key_invalid');
    expect(faultsOf(replica, bad.id)).toMatchObject([{ column: 'scopes' }]);
    expect(faultsOf(replica, 'x').length).toBeGreaterThan(1);
    expect(replica.observations.map(({ kind }) => kind)).not.toContain('keys_file_failed');
    for (const each of started.splice(0)) await each.close();
    await proxy.close();
  });
});
