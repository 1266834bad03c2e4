import { describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { rawExchange } from '../../helpers/raw.ts';
import { settled } from '../call/settled.ts';
import { path, serveCore } from './serve.ts';

const origin = 'https://app.example.com';
const row = { request_schema: { type: 'object', required: ['domain'] } };
const options = { row, corsOrigins: [origin] };
const headers = { 'content-type': 'application/json', origin };

describe('a page of a named origin', () => {
  test('may read why its body was refused, and by which request id', async () => {
    await using served = await serveCore(() => undefined, options);
    const response = await send(served.url + path, { headers, body: '{}' });
    expect(jsonOf(response)).toMatchObject({ status: 422, code: 'invalid_request_body' });
    expect(response.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    expect(response.headers['access-control-expose-headers']?.split(',')).toEqual(
      expect.arrayContaining(['x-request-id', 'x-workflow', 'server-timing', 'retry-after']),
    );
    expect(await settled(served.core)).toMatchObject([{ outcome: 'refused', status: 422 }]);
  });

  test('may read a response that the function wants read by somebody else only', async () => {
    await using served = await serveCore(
      (_, response) =>
        response
          .writeHead(200, { 'access-control-allow-origin': 'https://evil.example', vary: 'Accept' })
          .end('{}'),
      { corsOrigins: [origin] },
    );
    const response = await send(served.url + path, { headers, body: '{}' });
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': origin,
      vary: 'Accept, Origin',
    });
    expect(await settled(served.core)).toMatchObject([{ outcome: 'whole' }]);
  });

  test('sends its preflight, which is no call and reads no body', async () => {
    await using served = await serveCore(() => undefined, options);
    const preflight = [
      `OPTIONS ${path} HTTP/1.1`,
      'host: localhost',
      `origin: ${origin}`,
      'access-control-request-method: POST',
      'content-length: 2',
      '',
      '{}',
    ].join('\r\n');
    const next = `OPTIONS ${path} HTTP/1.1\r\nhost: localhost\r\norigin: ${origin}\r\nconnection: close\r\n\r\n`;
    const bytes = await rawExchange(served.url, preflight + next);
    // Without Access-Control-Request-Method it is an ordinary OPTIONS, and goes to the routes.
    expect([...bytes.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status)).toEqual(['204', '404']);
    expect(bytes).toContain(`access-control-allow-origin: ${origin}`);
    expect(bytes).toMatch(/access-control-allow-methods: [A-Z,]*POST/);
    expect(served.observations).toEqual([]);
    expect(served.fn.calls()).toBe(0);
  });
});
