import { describe, expect, test } from 'vitest';
import { call, HOST, LABEL, sendRaw } from './client.ts';
import { start } from './start.ts';

describe('the function is chosen by the first label of Host', () => {
  test.each([HOST, HOST.toUpperCase(), `${HOST}.`, `${HOST}:8080`, LABEL])('%s finds it', async (host) => {
    const simulator = await start();
    expect((await call(simulator, { host })).status).toBe(200);
  });

  test.each([
    'unknown.modal.run',
    '127.0.0.1',
    '[::1]:80',
    '',
    '..',
    '-x.modal.run',
    'a b',
    '{}',
    'x'.repeat(300),
  ])('%j is an invalid function call', async (host) => {
    const simulator = await start();
    const response = await call(simulator, { host });
    expect(response.status).toBe(404);
    expect(response.text).toBe('modal-http: invalid function call');
  });

  test('no Host at all is an invalid function call', async () => {
    const simulator = await start();
    const response = await sendRaw(simulator, 'POST / HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 404 [^]*modal-http: invalid function call$/);
  });

  test('an absolute-form target is served by its path', async () => {
    const simulator = await start();
    expect((await call(simulator, { target: `https://${HOST}/` })).status).toBe(200);
    expect((await call(simulator, { target: `https://${HOST}` })).status).toBe(200);
    expect((await call(simulator, { target: '//%zz' })).status).toBe(404);
  });
});

describe('proxy authorization', () => {
  const proxyAuth = { key: 'wk-1', secret: 'ws-1' };

  test.each([
    ['no credentials', {}, 'modal-http: missing credentials for proxy authorization'],
    ['half of them', { 'modal-key': 'wk-1' }, 'modal-http: missing credentials for proxy authorization'],
    [
      'the right secret under a wrong key',
      { 'modal-key': 'wk-2', 'modal-secret': 'ws-1' },
      'modal-http: invalid credentials for proxy authorization',
    ],
    [
      'a wrong secret under the right key',
      { 'modal-key': 'wk-1', 'modal-secret': 'ws-2' },
      'modal-http: invalid credentials for proxy authorization',
    ],
  ])('%s are a 401', async (_, headers, message) => {
    const simulator = await start({ proxyAuth });
    const response = await call(simulator, { headers });
    expect(response.status).toBe(401);
    expect(response.text).toBe(message);
  });

  test('the right credentials pass', async () => {
    const simulator = await start({ proxyAuth });
    const headers = { 'Modal-Key': 'wk-1', 'Modal-Secret': 'ws-1' };
    expect((await call(simulator, { headers })).status).toBe(200);
  });

  test('a result URL asks for them too', async () => {
    const simulator = await start({ proxyAuth });
    const target = '/?__modal_function_call_id=fc-1';
    expect((await call(simulator, { method: 'GET', target })).status).toBe(401);
  });

  test('any other modal header is prohibited', async () => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'Modal-Function-Call-Id': 'fc-1' } });
    expect(response.status).toBe(400);
    expect(response.text).toBe('modal-http: prohibited modal header');
  });
});
