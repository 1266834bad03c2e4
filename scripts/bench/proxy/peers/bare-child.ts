import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createServer } from 'node:http';
import { Agent } from 'undici';
import { z } from 'zod';
import { settingsOf } from '../../settings.ts';
import { reportUrl } from './report-url.ts';

/** The least that a proxy with this stack can be: Hono, one undici request, the bytes of the response. Nothing is checked. */
const { upstreamOrigin, functionHost } = settingsOf(
  z.object({ upstreamOrigin: z.string(), functionHost: z.string() }),
);
const agent = new Agent({ connections: 4096, pipelining: 1 });
const app = new Hono();
app.all('*', async (c) => {
  const { statusCode, headers, body } = await agent.request({
    origin: upstreamOrigin,
    path: c.req.path,
    method: 'POST',
    headers: { host: functionHost, 'content-type': c.req.header('content-type') ?? '' },
    body: new Uint8Array(await c.req.arrayBuffer()),
  });
  const type = headers['content-type'];
  // As bytes: of an ArrayBuffer, @hono/node-server would make a web stream first.
  return new Response(await body.bytes(), {
    status: statusCode,
    headers: { 'content-type': typeof type === 'string' ? type : '' },
  });
});
const listener = getRequestListener(app.fetch);
reportUrl(createServer((request, response) => void listener(request, response)));
