import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grantStatements, rightsOf } from '../../../src/db/rights.ts';
import { createTestRole, type TestRole } from '../../helpers/database-role.ts';
import { send } from '../../helpers/http.ts';
import { type MadeKey, makeKey } from '../../helpers/keys.ts';
import { jsonOf } from '../../helpers/http.ts';
import { startReplica, startRowgate, type TestReplica, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const table = 'rowgate.api_keys';

let opened: AsyncDisposableStack;
let owner: TestRowgate;
let role: TestRole;
let replica: TestReplica;
let key: MadeKey;
let other: MadeKey;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  owner = await startRowgate([echoRow()]);
  opened.defer(owner.close);
  key = await makeKey(owner.database.url, 'run:**,read');
  other = await makeKey(owner.database.url, 'run:**,read');
  role = opened.use(await createTestRole(owner.database));
  for (const statement of grantStatements(rightsOf('gateway'), role.name))
    await owner.database.query(statement);
  replica = await startReplica({
    DATABASE_URL: role.url,
    UPSTREAM_CONNECT_TO: owner.simulator.origin,
    REGISTRY_POLL_MS: '50',
    AUTH: 'required',
  });
  opened.defer(replica.close);
});
afterEach(() => opened.disposeAsync());

const query = (text: string) => owner.database.query(text);
const call = async ({ key: secret }: MadeKey) =>
  (
    await send(replica.url + path, {
      headers: { 'content-type': 'application/json', 'x-api-key': secret },
      body: '{}',
    })
  ).status;
const problems = async (): Promise<unknown> => {
  const response = await send(`${replica.url}/api/enrichment/status`, {
    method: 'GET',
    headers: { 'x-api-key': key.key },
  });
  const status: unknown = jsonOf(response);
  return typeof status === 'object' && status !== null && 'table_problems' in status
    ? status.table_problems
    : status;
};
const untilRefused = (which: MadeKey) => until('it is refused', async () => (await call(which)) === 401);
const revoke = (which: MadeKey) => `update ${table} set revoked_at = now() where id = '${which.id}'`;

describe('a key is refused that was revoked', () => {
  test('at the same version, as in a database restored from a backup; the log and the status say so', async () => {
    expect(await call(other)).toBe(200);
    await query(`begin; ${revoke(other)}; update rowgate.api_keys_version set version = version - 1; commit`);
    await untilRefused(other);
    expect(await call(key)).toBe(200);
    expect(replica.observations).toContainEqual({
      kind: 'table_changed_uncounted',
      table,
      message: expect.stringContaining('enable always trigger'),
    });
    expect(await problems()).toMatchObject([{ table, code: 'changed_uncounted' }]);
  });

  test.each([
    ['with session_replication_role = replica', 'set local session_replication_role = replica', 'select 1'],
    [
      'while the triggers were disabled',
      `alter table ${table} disable trigger all`,
      `alter table ${table} enable trigger all`,
    ],
  ])('%s', async (_, before, after) => {
    await query(`begin; ${before}; ${revoke(other)}; ${after}; commit`);
    await untilRefused(other);
    expect(await call(key)).toBe(200);
  });
});

describe('a table of keys that cannot be trusted keeps the last good keys for a while, and is named with its remedy', () => {
  test.each([
    [
      'a column is dropped',
      `alter table ${table} drop column revoked_at`,
      'column_lost',
      /revoked_at.*KEYS_MAX_STALE_SECONDS/,
    ],
    [
      'a column is renamed',
      `alter table ${table} rename column expires_at to ends_at`,
      'column_lost',
      /expires_at/,
    ],
    [
      'row-level security hides the keys',
      `alter table ${table} enable row level security`,
      'rows_hidden',
      /disable row level security/,
    ],
    ['a right is revoked', `revoke select on ${table} from ROLE`, 'rights_missing', /grant select on table/],
  ])('%s', async (_, harm, code, remedy) => {
    await query(harm.replace('ROLE', role.name));
    await until(
      'it is reported',
      async () => JSON.stringify(await problems()).includes(code) && (await call(key)) === 200,
    );
    expect(await problems()).toMatchObject([{ table, code, message: expect.stringMatching(remedy) }]);
    const reported = replica.observations.find(({ kind }) => kind === 'keys_out_of_sync');
    expect(String(reported?.kind === 'keys_out_of_sync' ? reported.error : '')).toMatch(remedy);
  });

  test('a policy that permits every row hides none', async () => {
    await query(
      `begin; alter table ${table} enable row level security; create policy reads on ${table} for select to ${role.name} using (true); ${revoke(other)}; commit`,
    );
    await untilRefused(other);
    expect([await call(key), await problems()]).toEqual([200, []]);
  });
});
