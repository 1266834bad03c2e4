import { expect, test } from 'vitest';
import { createOpenGate } from '../../src/auth/gate.ts';
import { createAdmitRequest } from '../../src/server/admit-request.ts';
import { createCrossOrigin } from '../../src/server/cross-origin.ts';
import { createFetchHandler } from '../../src/server/fetch-handler.ts';
import { createIds } from '../../src/server/request-id.ts';

test('pages of other origins may read a refusal, as they may over a socket', async () => {
  const origin = 'https://app.example.com';
  const handle = createFetchHandler({
    admit: createAdmitRequest({
      gate: createOpenGate({ allowedHosts: [], corsOrigins: [origin] }),
      crossOrigin: createCrossOrigin([origin]),
      newId: createIds(),
    }),
    fetch: () => new Response(),
    observe: () => undefined,
  });
  const request = new Request('http://other.example/docs', { headers: { origin } });
  const { status, headers } = await handle(request);
  expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([
    403,
    origin,
    'Origin',
  ]);
});
