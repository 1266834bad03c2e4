import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import {
  directoryWithDatabase,
  embeddedUrl,
  endLeftProcesses,
  startProcess,
  type StartedProcess,
  temporaryDirectory,
} from '../../helpers/process.ts';
import { until } from '../../helpers/until.ts';

const row = `insert into reference.enrichment_workflow_registry (workflow_slug, modal_endpoint_url, api_endpoint_url)
  values ('mine', 'https://demodata--app-mine.modal.run', 'POST /run/companies/demo/mine/lookup')`;

describe('npm start with no configuration', () => {
  afterEach(endLeftProcesses);

  test('shows where it listens, the docs, the routes and a curl line that works when pasted', async () => {
    await using directory = await temporaryDirectory('rowgate with space ');
    const rowgate = await startProcess(directory.path);
    await until('the banner is there', () => rowgate.output().includes('Try it:'));
    const shown = rowgate.output();
    expect(shown).toContain(`listening  ${rowgate.url}`);
    expect(shown).toContain(`docs       ${rowgate.url}/docs#/run`);
    expect(shown).toContain('80 mounted · 12 warned · 0 rejected');
    const curl = /^ +(curl .*)$/m.exec(shown)?.[1] ?? '';
    expect(curl).toBe(
      `curl -X POST ${rowgate.url}/run/companies/gemini/industry/infer -H 'content-type: application/json' -d '{"company_name":"Stripe","domain":"stripe.com"}'`,
    );
    expect(await pasted(curl)).toMatchObject({ success: true, company_name: 'Stripe' });
    await interrupted(rowgate);
  });

  test('stops everything on Ctrl-C, which arrives twice, the database last', async () => {
    await using directory = await directoryWithDatabase();
    const rowgate = await startProcess(directory.path);
    const { port } = new URL(await embeddedUrl(directory.path));
    await interrupted(rowgate);
    expect(rowgate.output()).toMatch(/shutdown_started[^]*shutdown_finished/);
    await expect(reach(Number(port))).rejects.toThrow('ECONNREFUSED');
  });

  test('reuses its data on the next start, where a row inserted meanwhile is live', async () => {
    await using directory = await directoryWithDatabase();
    const first = await startProcess(directory.path);
    await execute(await embeddedUrl(directory.path), row);
    await interrupted(first);
    const second = await startProcess(directory.path);
    expect(second.output()).not.toContain('demo_registry_loaded');
    await expectMineServed(second);
    await interrupted(second);
  });

  test('reuses its data after kill -9, too', async () => {
    await using directory = await directoryWithDatabase();
    const first = await startProcess(directory.path);
    await execute(await embeddedUrl(directory.path), row);
    first.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    const second = await startProcess(directory.path);
    expect(second.output()).toContain('"adopted":true');
    await expectMineServed(second);
    await interrupted(second);
  });

  test('lets a call in flight finish, unless a second signal comes more than a second later', async () => {
    await using directory = await directoryWithDatabase();
    const patient = await startProcess(directory.path);
    const slow = call(patient, { 'x-sim-latency-ms': '700' });
    await until('the call is under way', () => reachesFunction(patient));
    patient.kill('SIGTERM');
    expect((await slow).status).toBe(200);
    expect(await patient.exited).toBe(0);

    const hurried = await startProcess(directory.path);
    const stuck = call(hurried, { 'x-sim-fault': 'stall' });
    const cut = stuck.then(
      () => 'responded',
      (error: unknown) => String(error),
    );
    await until('the call is under way', () => reachesFunction(hurried));
    hurried.kill('SIGTERM');
    const repeat = setInterval(() => hurried.kill('SIGTERM'), 100);
    expect(await hurried.exited).toBe(1);
    clearInterval(repeat);
    expect(await cut).toContain('fetch failed');
    expect(hurried.output()).toContain('shutdown_forced');
    // The forced exit leaves the database behind; a start takes it over and stops it properly.
    await interrupted(await startProcess(directory.path));
  });
});

function call(rowgate: StartedProcess, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${rowgate.url}/run/companies/gemini/industry/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"company_name":"Stripe"}',
  });
}

/** A later call got its response, so the one sent before it has reached the function. */
async function reachesFunction(rowgate: StartedProcess): Promise<boolean> {
  return (await call(rowgate)).ok;
}

/** A database that takes its time has a start serve the saved registry first, which may be older than the row. */
async function expectMineServed(rowgate: StartedProcess): Promise<void> {
  await until('the row of the last run is served', async () => {
    const response = await fetch(`${rowgate.url}/run/companies/demo/mine/lookup`, {
      method: 'POST',
      body: '{}',
    });
    await response.body?.cancel();
    return response.status === 200 && response.headers.get('x-workflow') === 'mine';
  });
}

/** Ctrl-C as a terminal under npm delivers it: twice. */
async function interrupted(rowgate: StartedProcess): Promise<void> {
  rowgate.kill('SIGINT');
  rowgate.kill('SIGINT');
  expect(await rowgate.exited, rowgate.output()).toBe(0);
}

/** Runs the line in a shell where there is a curl, else does what it says. */
async function pasted(line: string): Promise<unknown> {
  if (existsSync('/usr/bin/curl')) {
    const { stdout } = await promisify(execFile)('sh', ['-c', line]);
    return JSON.parse(stdout);
  }
  const [, url = '', body = ''] = /-X POST (\S+) .* -d '(.*)'$/.exec(line) ?? [];
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return response.json();
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  await client.query(text);
  await client.end();
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
