import { expect, test } from 'vitest';
import { z } from 'zod';
import { hashOfKey, newKey } from '../../../src/auth/key-format.ts';
import { createTestDatabase } from '../../helpers/database.ts';
import { send } from '../../helpers/http.ts';
import type { MadeKey } from '../../helpers/keys.ts';
import { startProcess, temporaryDirectory } from '../../helpers/process.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const Line = z.looseObject({ msg: z.string(), requestId: z.string().optional() });
const run = '/run/companies/demo/echo/lookup';

test('every refusal and every call has its line in the log, by request id and key, and its place in the metrics', async () => {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await temporaryDirectory());
  const database = await createTestDatabase();
  opened.defer(database.drop);
  await insertRows(database, [echoRow()]);
  const insertKey = async (scopes: string, columns = ''): Promise<MadeKey> => {
    const made = { key: newKey(), id: crypto.randomUUID() };
    await database.query(
      "insert into rowgate.api_keys (id, name, key_hash, scopes) values ($1, 'a', $2, $3::text[])",
      [made.id, hashOfKey(made.key), scopes],
    );
    if (columns !== '')
      await database.query(`update rowgate.api_keys set ${columns} where id = $1`, [made.id]);
    return made;
  };
  const caller = await insertKey('{run:**,read}');
  const revoked = await insertKey('{run:**}', 'revoked_at = now()');
  const narrow = await insertKey('{run:**}');
  const spent = await insertKey('{run:**}', 'monthly_quota = 1');
  const rowgate = await startProcess(directory.path, {
    DATABASE_URL: database.url,
    // Nobody listens there: what is called ends in a problem, and has its line all the same.
    UPSTREAM_CONNECT_TO: 'http://127.0.0.1:9',
    HOST: '127.0.0.1',
    AUTH: 'required',
  });
  opened.defer(async () => {
    rowgate.kill('SIGTERM');
    await rowgate.exited;
  });
  let sent = 0;
  const refusal = async (
    expected: Readonly<Record<string, unknown>>,
    key: MadeKey | null,
    path = run,
    method = 'POST',
  ): Promise<void> => {
    const requestId = `refused-${(sent += 1)}`;
    const headers = {
      'x-request-id': requestId,
      'content-type': 'application/json',
      ...(key && { 'x-api-key': key.key }),
    };
    const response = await send(rowgate.url + path, { method, headers, body: '{}' });
    const line = await until('it is in the log', () => lineOf(requestId));
    expect(line).toMatchObject({
      requestId,
      clientAddress: '127.0.0.1',
      status: response.status,
      ...expected,
    });
    expect(line['keyId']).toBe(key?.id);
  };
  const lineOf = (requestId: string) =>
    rowgate
      .output()
      .split('\n')
      .flatMap((text) => (text.startsWith('{') ? [Line.parse(JSON.parse(text))] : []))
      .find((line) => line.requestId === requestId);
  const refused = (status: number, code: string) => ({ msg: 'request_refused', status, code });

  await refusal(refused(401, 'key_missing'), null);
  await refusal(refused(401, 'key_revoked'), revoked);
  await refusal(refused(403, 'scope_missing'), narrow, '/metrics?page=1', 'GET');
  await refusal(refused(404, 'not_found'), caller, '/nothing');
  await refusal(refused(404, 'route_not_found'), caller, '/run/companies/demo/nowhere/lookup');
  await refusal(refused(404, 'workflow_not_found'), caller, '/api/enrichment/workflows/nowhere', 'GET');
  await refusal(refused(422, 'invalid_query'), caller, '/api/enrichment/workflows?is_active=maybe', 'GET');
  await refusal(refused(405, 'method_not_allowed'), caller, run, 'DELETE');
  await refusal(refused(405, 'method_not_allowed'), caller, '/api/enrichment/status', 'DELETE');
  await refusal({ msg: 'call_ended', status: 503, code: 'upstream_connection_refused' }, spent);
  await refusal(refused(429, 'quota_exceeded'), spent);

  const { body } = await send(`${rowgate.url}/metrics`, {
    method: 'GET',
    headers: { 'x-api-key': caller.key },
  });
  const metrics = body.toString();
  for (const code of ['key_missing', 'scope_missing', 'not_found', 'quota_exceeded'])
    expect(metrics).toContain(`rowgate_requests_refused_total{code="${code}"} 1\n`);
  expect(metrics).toContain('rowgate_requests_refused_total{code="method_not_allowed"} 2\n');
  expect(metrics).toContain('code="upstream_connection_refused"');
  for (const { key } of [caller, revoked, narrow, spent]) expect(rowgate.output()).not.toContain(key);
  expect(rowgate.output()).not.toContain('page=1');
});
