import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { z } from 'zod';
import { settingsOf } from '../../settings.ts';
import { reportUrl } from './report-url.ts';

/** What Node and undici can do with nothing on top: buffers the request, dispatches it and buffers the response. */
const { upstreamOrigin, functionHost } = settingsOf(
  z.object({ upstreamOrigin: z.string(), functionHost: z.string() }),
);
const agent = new Agent({ connections: 4096, pipelining: 1 });
reportUrl(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => forward(request, Buffer.concat(chunks), response));
  }),
);

function forward({ url = '/', headers }: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let status = 502;
  let type = '';
  agent.dispatch(
    {
      origin: upstreamOrigin,
      path: url,
      method: 'POST',
      headers: { host: functionHost, 'content-type': headers['content-type'] ?? '' },
      body,
    },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode, responseHeaders) => {
        status = statusCode;
        type = String(responseHeaders['content-type'] ?? '');
      },
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () => {
        const whole = Buffer.concat(chunks);
        response.writeHead(status, { 'content-type': type, 'content-length': whole.byteLength });
        response.end(whole);
      },
      onResponseError: () => void response.writeHead(502).end(),
    },
  );
}
