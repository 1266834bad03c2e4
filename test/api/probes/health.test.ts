import { expect, test } from 'vitest';
import { createHttpApp } from '../../../src/api/http-app.ts';
import { databaseUnavailable } from '../../../src/api/enrichment/registry-wait.ts';
import { createOpenGate } from '../../../src/auth/gate.ts';
import { createCallLimits } from '../../../src/dynamic/call/limits/call-limits.ts';
import { createRegistryStore } from '../../../src/dynamic/registry/store.ts';
import { createAdmitRequest } from '../../../src/server/admit-request.ts';
import { createFetchHandler } from '../../../src/server/fetch-handler.ts';
import { createIds } from '../../../src/server/request-id.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { get, read } from '../get.ts';

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
  const limits = createCallLimits({ maxInFlight: 1, maxBufferedBytes: 1, observe: () => {}, now });
  const app = createHttpApp({
    store,
    status: {
      store,
      registry: () => unknown,
      problems: () => [],
      listener: () => 'connecting',
      limits: limits.state,
      contracts: () => ({ drift: [], reports: [], unusable: [] }),
      replicaId: 'r',
      now,
    },
    renderMetrics: () => Promise.reject(new Error('no metrics are asked for here')),
    requiresKey: false,
    now,
    wait: {
      liveReplicas: async () => ({ ok: false, problem: databaseUnavailable }),
      isTracked: () => true,
      now,
    },
    observe: () => {},
    isDraining: () => false,
    info: { name: 'rowgate', version: '0', description: 'A gateway.' },
  });
  const gate = createOpenGate({ allowedHosts: [], corsOrigins: [] });
  const handle = createFetchHandler({
    admit: createAdmitRequest({ gate, crossOrigin: null, newId: createIds() }),
    fetch: (request, admitted) => app.fetch(request, { admitted }),
    observe: () => {},
  });
  const request = async (path: string) => handle(new Request(`http://localhost${path}`));
  expect(await read(await request('/healthz'))).toMatchObject({ status: 200 });
  for (const path of [
    '/readyz',
    '/openapi.json',
    '/api/enrichment/workflows',
    '/api/enrichment/workflows/x',
  ]) {
    const { status, headers, body } = await read(await request(path));
    expect(status, path).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ code: 'not_ready', instance: path });
  }
  expect(await read(await request('/'))).toMatchObject({ status: 200, body: { routes: null } });
});
