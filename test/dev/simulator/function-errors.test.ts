import { describe, expect, test } from 'vitest';
import { call } from './client.ts';
import { start } from './start.ts';

describe("the function's own errors", () => {
  test('exception is the bare text of an uncaught exception', async () => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-fault': 'exception' } });
    expect(response.status).toBe(500);
    expect(response.text).toBe('Internal Server Error');
    expect(response.headers['content-type']).toMatch(/^text\/plain/);
    expect(response.headers['modal-function-call-id']).toMatch(/^fc-/);
  });

  test('soft-failure is a 200 that says success false and why', async () => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-fault': 'soft-failure' } });
    expect(response.status).toBe(200);
    expect(response.json()).toEqual({ success: false, error: expect.any(String) });
  });

  test.each([400, 404, 409, 418, 429, 500, 503])('x-sim-status %i is an HTTPException', async (status) => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-status': String(status) } });
    expect(response.status).toBe(status);
    expect(response.json()).toEqual({ detail: expect.any(String) });
    expect(response.headers['content-type']).toBe('application/json');
  });

  test.each([204, 304])('x-sim-status %i has no body and no length', async (status) => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-status': String(status) } });
    expect(response.status).toBe(status);
    expect(response.text).toBe('');
    expect(response.headers).not.toHaveProperty('content-length');
  });

  test('a wrong path is a 404 of FastAPI, not of the platform', async () => {
    const simulator = await start();
    const response = await call(simulator, { target: '/elsewhere?x=1' });
    expect(response.status).toBe(404);
    expect(response.json()).toEqual({ detail: 'Not Found' });
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])(
    '%s on a POST function is 405 with Allow',
    async (method) => {
      const simulator = await start();
      const response = await call(simulator, { method });
      expect(response.status).toBe(405);
      expect(response.headers.allow).toBe('POST');
      expect(response.json()).toEqual({ detail: 'Method Not Allowed' });
    },
  );
});
