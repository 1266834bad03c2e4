import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { send } from '../helpers/http.ts';
import { makeKey } from '../helpers/keys.ts';
import { startProcess, temporaryDirectory } from '../helpers/process.ts';
import { startRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { until } from '../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';

/** Everything below a directory, as text. */
async function everything(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
}

test('no secret shows in logs, errors, snapshot, history, metrics or documents', async () => {
  const rowgate = await startRowgate([echoRow()]);
  await using home = await temporaryDirectory();
  const { url } = rowgate.database;
  const { key } = await makeKey(url, 'admin');
  const secrets = {
    'database password': new URL(url).password,
    'Modal key': 'wk-thisIsTheModalKey',
    'Modal secret': 'ws-thisIsTheModalSecret',
    'API key': key,
    'key of a stranger': `rowgate_${'S'.repeat(43)}`,
    'cookie of a caller': 'session=thisIsACookie',
    'data of a caller': 'thisIsInTheBody',
  };
  const running = await startProcess(home.path, {
    DATABASE_URL: url,
    UPSTREAM_CONNECT_TO: rowgate.simulator.origin,
    SNAPSHOT_PATH: join(home.path, 'snapshot.json'),
    AUTH: 'required',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'trace',
    MODAL_WORKSPACE: 'demodata',
    MODAL_KEY: secrets['Modal key'],
    MODAL_SECRET: secrets['Modal secret'],
  });
  const seen: string[] = [];
  const ask = async (target: string, headers: Record<string, string>, method = 'POST') => {
    const response = await send(running.url + target, {
      method,
      headers: { 'content-type': 'application/json', cookie: secrets['cookie of a caller'], ...headers },
      body: method === 'GET' ? '' : JSON.stringify({ text: secrets['data of a caller'] }),
    });
    if (target !== path) seen.push(response.body.toString(), JSON.stringify(response.headers));
    return response.status;
  };
  expect(await ask(path, { authorization: `Bearer ${key}` })).toBe(200);
  for (const fault of ['reset', 'oom', 'garbage', 'spend-limit', 'auth-invalid', 'truncated', 'exception'])
    await ask(path, { 'x-api-key': key, 'x-sim-fault': fault });
  expect(await ask(path, { 'x-api-key': secrets['key of a stranger'] })).toBe(401);
  for (const target of [
    '/metrics',
    '/openapi.json',
    '/api/enrichment/status',
    '/api/enrichment/workflows',
    '/',
    '/errors',
    '/nothing',
  ])
    await ask(target, { 'x-api-key': key }, 'GET');
  await until(
    'the snapshot is saved',
    async () => (await readdir(home.path)).includes('snapshot.json'),
    20_000,
  );
  const history = await rowgate.database.query(
    'select coalesce(json_agg(h), $1) as all from reference.enrichment_workflow_registry_history h',
    ['[]'],
  );
  running.kill('SIGTERM');
  expect(await running.exited).toBe(0);
  const places = [...seen, running.output(), await everything(home.path), JSON.stringify(history)].join('\n');
  for (const [what, secret] of Object.entries(secrets))
    expect([what, places.includes(secret)]).toEqual([what, false]);
  await rowgate.close();
});
