import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { z } from 'zod';
import { settingsOf, sendToParent } from '../../settings.ts';

/** @fastify/http-proxy before the functions, with as many connections to them as callers need. */
const { upstreamOrigin, functionHost } = settingsOf(
  z.object({ upstreamOrigin: z.string(), functionHost: z.string() }),
);
const server = fastify({ keepAliveTimeout: 3_600_000 });
server.register(httpProxy, {
  upstream: upstreamOrigin,
  undici: { connections: 4096, pipelining: 1 },
  replyOptions: { rewriteRequestHeaders: (_request, headers) => ({ ...headers, host: functionHost }) },
});
sendToParent({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
process.on('disconnect', () => process.exit(0));
