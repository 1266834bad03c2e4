import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createServer } from 'node:http';
import { Agent } from 'undici';
import { z } from 'zod';
import { settingsOf, tellParent } from '../../settings.ts';

/** The least that a proxy with this stack can be: Hono, one undici request, the answer's bytes back. Nothing is checked. */
const { upstreamOrigin } = settingsOf(z.object({ upstreamOrigin: z.string() }));
const agent = new Agent({ connections: 4096, pipelining: 1 });
const app = new Hono();
app.all('*', async (c) => {
  const { statusCode, headers, body } = await agent.request({
    origin: upstreamOrigin,
    path: '/',
    method: 'POST',
    headers: { 'content-type': c.req.header('content-type') ?? '' },
    body: new Uint8Array(await c.req.arrayBuffer()),
  });
  const type = headers['content-type'];
  return new Response(await body.arrayBuffer(), {
    status: statusCode,
    headers: { 'content-type': typeof type === 'string' ? type : '' },
  });
});
const listener = getRequestListener(app.fetch);
const server = createServer((request, response) => void listener(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The bare proxy has no port.');
  tellParent({ url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
