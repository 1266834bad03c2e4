import { expect, test } from 'vitest';
import { createOpenGate } from '../../src/auth/gate.ts';
import type { Observation } from '../../src/observability/observation.ts';
import { createAdmitRequest } from '../../src/server/admit-request.ts';
import { createCrossOrigin } from '../../src/server/cross-origin.ts';
import { createIds } from '../../src/server/request-id.ts';
import { createRequestHandler, type FetchAdmitted } from '../../src/server/request-handler.ts';
import { jsonOf, send } from '../helpers/http.ts';
import { rawExchange, statusesIn } from '../helpers/raw.ts';
import { servePlain } from './serve-plain.ts';

const origin = 'https://app.example.com';

/** A handler whose routes do what is given, and what it observes. */
function handlerOf(fetch: FetchAdmitted) {
  const observations: Observation[] = [];
  const observe = (observation: Observation): void => void observations.push(observation);
  const handle = createRequestHandler({
    admit: createAdmitRequest({
      gate: createOpenGate({ allowedHosts: [], corsOrigins: [origin] }),
      crossOrigin: createCrossOrigin([origin]),
      newId: createIds(),
    }),
    run: () => false,
    fetch,
    observe,
    countWaiting: () => undefined,
  });
  return { handle, observations };
}

test.each<[string, FetchAdmitted]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])(
  'a request whose route %s is a 500 that is observed, with its own id, and that pages may read',
  async (_, fetch) => {
    const { handle, observations } = handlerOf(fetch);
    await using served = await servePlain(handle);
    const response = await send(`${served.url}/docs?a=1`, {
      method: 'GET',
      headers: { origin, 'x-request-id': 'mine' },
    });
    expect(jsonOf(response)).toMatchObject({ status: 500, code: 'internal_error', request_id: 'mine' });
    expect(response.headers).toMatchObject({ 'x-request-id': 'mine', 'access-control-allow-origin': origin });
    expect(observations).toMatchObject([
      {
        kind: 'request_failed',
        requestId: 'mine',
        method: 'GET',
        path: '/docs',
        error: { message: 'broken' },
      },
    ]);
  },
);

test.each([
  ['/a?b=1', '/a?b=1'],
  ['http://localhost/a?b=1', '/a?b=1'],
  ['HTTP://user:secret@localhost:', '/'],
  ['//a/b', '//a/b'],
])('routes get the target %s as it was admitted, and nothing of the host', async (target, local) => {
  const urls: string[] = [];
  const { handle } = handlerOf(({ url }) => {
    urls.push(url);
    return new Response();
  });
  await using served = await servePlain(handle);
  const { port } = new URL(served.url);
  const request = `GET ${target} HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`;
  expect(statusesIn(await rawExchange(served.url, request))).toEqual([200]);
  expect(urls).toEqual([`http://localhost${local}`]);
});
