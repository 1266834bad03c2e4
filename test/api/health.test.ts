import { expect, test } from 'vitest';
import { createHttpApp } from '../../src/api/http-app.ts';
import { databaseUnavailable } from '../../src/api/registry-wait.ts';
import { createProtection } from '../../src/dynamic/protection.ts';
import { createRegistryStore } from '../../src/dynamic/store.ts';
import { echoRow, startRowgate } from '../helpers/rowgate.ts';
import { get, read } from './get.ts';

test('/healthz tells that the process is alive, /readyz how many routes it serves', async () => {
  const rowgate = await startRowgate([
    echoRow(),
    echoRow({ workflow_slug: 'unexposed', api_endpoint_url: null }),
  ]);
  try {
    expect(await get(`${rowgate.url}/healthz`)).toMatchObject({ status: 200, body: { status: 'alive' } });
    expect(await get(`${rowgate.url}/readyz`)).toMatchObject({
      status: 200,
      body: { status: 'ready', registry_version: rowgate.app.current()?.version, mounted: 1 },
    });
  } finally {
    await rowgate.close();
  }
});

test('a process without a registry is alive but not ready, and says when to ask again', async () => {
  const store = createRegistryStore();
  const unknown = {
    mode: null,
    versionServed: null,
    versionInDatabase: null,
    lastCheckAt: null,
    outOfSyncSince: 0,
    lastError: null,
  };
  const now = () => 5;
  const protection = createProtection({ maxInFlight: 1, maxBufferedBytes: 1, observe: () => {}, now });
  const app = createHttpApp({
    store,
    status: {
      store,
      registry: () => unknown,
      listener: () => 'connecting',
      protection: protection.state,
      contracts: () => ({ drift: [], reports: [], unusable: [] }),
      replicaId: 'r',
      now,
    },
    renderMetrics: () => Promise.reject(new Error('no metrics are asked for here')),
    corsOrigins: [],
    gate: () => ({ kind: 'admitted', caller: null }),
    requiresKey: false,
    now,
    wait: {
      liveReplicas: async () => ({ ok: false, problem: databaseUnavailable }),
      isTracked: () => true,
      now,
    },
    dispatch: () => Promise.reject(new Error('no route is asked for here')),
    observe: () => {},
    isDraining: () => false,
    info: { name: 'rowgate', version: '0', description: 'A gateway.' },
  });
  expect(await read(await app.request('/healthz'))).toMatchObject({ status: 200 });
  for (const path of [
    '/readyz',
    '/openapi.json',
    '/api/enrichment/workflows',
    '/api/enrichment/workflows/x',
  ]) {
    const { status, headers, body } = await read(await app.request(path));
    expect(status, path).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ code: 'not_ready', instance: path });
  }
  expect(await read(await app.request('/'))).toMatchObject({ status: 200, body: { routes: null } });
});
