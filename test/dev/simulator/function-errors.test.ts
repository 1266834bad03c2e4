import { describe, expect, test } from 'vitest';
import { call } from './client.ts';
import { start } from './start.ts';

describe("the function's own errors", () => {
  test('exception is the bare text of an uncaught exception', async () => {
    const simulator = await start();
    const answer = await call(simulator, { headers: { 'x-sim-fault': 'exception' } });
    expect(answer.status).toBe(500);
    expect(answer.text).toBe('Internal Server Error');
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.headers['modal-function-call-id']).toMatch(/^fc-/);
  });

  test('soft-failure is a 200 that says success false and why', async () => {
    const simulator = await start();
    const answer = await call(simulator, { headers: { 'x-sim-fault': 'soft-failure' } });
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ success: false, error: expect.any(String) });
  });

  test.each([400, 404, 409, 418, 429, 500, 503])('x-sim-status %i is an HTTPException', async (status) => {
    const simulator = await start();
    const answer = await call(simulator, { headers: { 'x-sim-status': String(status) } });
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ detail: expect.any(String) });
    expect(answer.headers['content-type']).toBe('application/json');
  });

  test.each([204, 304])('x-sim-status %i has no body and no length', async (status) => {
    const simulator = await start();
    const answer = await call(simulator, { headers: { 'x-sim-status': String(status) } });
    expect(answer.status).toBe(status);
    expect(answer.text).toBe('');
    expect(answer.headers).not.toHaveProperty('content-length');
  });

  test('a wrong path is FastAPI 404, and no call of the platform', async () => {
    const simulator = await start();
    const answer = await call(simulator, { target: '/elsewhere?x=1' });
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({ detail: 'Not Found' });
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])(
    '%s on a POST function is 405 with Allow',
    async (method) => {
      const simulator = await start();
      const answer = await call(simulator, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('POST');
      expect(answer.json()).toEqual({ detail: 'Method Not Allowed' });
    },
  );
});
