import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { call, open } from './client.ts';
import { start } from './start.ts';

describe('a broken connection', () => {
  test('reset resets it once the request was read', async () => {
    const targets: string[] = [];
    const simulator = await start({ onCall: ({ target }) => targets.push(target) });
    const response = call(simulator, { target: '/?once', headers: { 'x-sim-fault': 'reset' } });
    await expect(response).rejects.toThrow('read ECONNRESET'); // A FIN would be "socket hang up".
    expect(targets).toEqual(['/?once']);
  });

  test('stall keeps the request and never responds', async () => {
    const read = Promise.withResolvers<void>();
    const simulator = await start({ hopMs: 1, onCall: () => read.resolve() });
    const aborter = new AbortController();
    const stalled = call(simulator, { headers: { 'x-sim-fault': 'stall' }, signal: aborter.signal });
    const settled = stalled.then(
      () => 'responded',
      () => 'aborted',
    );
    await read.promise;
    expect((await call(simulator)).status).toBe(200);
    aborter.abort();
    expect(await settled).toBe('aborted');
  });

  test('garbage is not HTTP', async () => {
    const simulator = await start();
    const response = call(simulator, { headers: { 'x-sim-fault': 'garbage' } });
    await expect(response).rejects.toMatchObject({ code: expect.stringMatching(/^HPE_/) });
  });

  test('truncated announces more than it sends', async () => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'truncated', 'x-sim-response-bytes': '1000000' };
    const response = await open(simulator, { headers });
    expect(response.headers['content-length']).toBe('1000000');
    let byteCount = 0;
    response.on('data', (chunk: Buffer) => (byteCount += chunk.byteLength));
    await expect(once(response, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(byteCount).toBe(500_000);
  });
});

describe('a streamed response', () => {
  test('slow-body sends its head at once, then byte after byte until the caller disconnects', async () => {
    const simulator = await start();
    const aborter = new AbortController();
    const response = await open(simulator, {
      headers: { 'x-sim-fault': 'slow-body' },
      signal: aborter.signal,
    });
    expect(response.statusCode).toBe(200);
    response.on('error', () => undefined);
    const [first] = await once(response, 'data');
    const [second] = await once(response, 'data');
    expect([first.byteLength, second.byteLength]).toEqual([1, 1]);
    aborter.abort();
  });

  test('sse sends events one by one, the result last', async () => {
    const simulator = await start();
    const response = await open(simulator, { headers: { 'x-sim-fault': 'sse' } });
    expect(response.headers['content-type']).toBe('text/event-stream');
    const [first] = await once(response, 'data');
    expect(String(first)).toBe('event: progress\ndata: {"step":1}\n\n');
    const rest = await text(response);
    expect(rest.split('\n\n').at(-2)).toMatch(/^event: result\ndata: \{"success":true,/);
  });
});
