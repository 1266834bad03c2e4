import { describe, expect, test } from 'vitest';
import { call } from './client.ts';
import { start } from './start.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a good call', () => {
  test('returns the members of the response schema, built from the request and its defaults', async () => {
    const simulator = await start();
    const response = await call(simulator, { body: { domain: 'acme.example', limit: '7' } });
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['modal-function-call-id']).toMatch(/^fc-\w+$/);
    expect(response.json()).toEqual({
      success: true,
      domain: 'acme.example',
      limit: 7,
      dry_run: true,
      raw_id: expect.stringMatching(UUID),
      error: null,
    });
  });

  test('gets the defaults of the request schema where the request lacks them', async () => {
    const simulator = await start();
    expect((await call(simulator)).json()).toMatchObject({ limit: 50, dry_run: true });
  });

  test('does not turn into a failure because its request carries an earlier one', async () => {
    const simulator = await start();
    const body = { domain: 'acme.example', success: false, error: 'an earlier failure' };
    expect((await call(simulator, { body })).json()).toMatchObject({ success: true, error: null });
  });

  test('echoes the request if there is no response schema', async () => {
    const simulator = await start();
    const response = await call(simulator, { host: 'demodata--echo.modal.run', body: { a: [1, null] } });
    expect(response.json()).toEqual({ success: true, echo: { a: [1, null] } });
  });

  test('accepts any body, even one that is not JSON, if there is no request schema', async () => {
    const simulator = await start();
    const response = await call(simulator, { host: 'demodata--echo.modal.run', body: '{"cut' });
    expect(response.json()).toEqual({ success: true, echo: null });
  });

  test('the same random numbers give the same response', async () => {
    const responses = await Promise.all(
      [1, 2].map(async () => (await call(await start({ random: () => 0.25 }))).text),
    );
    expect(responses[0]).toBe(responses[1]);
  });

  test('two calls never share an id, though newId gives one', async () => {
    const simulator = await start({ newId: () => 'same' });
    const first = await call(simulator);
    const second = await call(simulator);
    expect(first.json()).toMatchObject({ raw_id: 'same' });
    expect(first.headers['modal-function-call-id']).not.toBe(second.headers['modal-function-call-id']);
  });
});

describe('/openapi.json', () => {
  test('describes the one function', async () => {
    const simulator = await start();
    const response = await call(simulator, { method: 'GET', target: '/openapi.json' });
    expect(response.json()).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/': {
          post: {
            requestBody: { content: { 'application/json': { schema: { required: ['domain'] } } } },
            responses: { 200: {}, 422: {} },
          },
        },
      },
    });
  });

  test('is not found on a function deployed without docs', async () => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'no-docs' };
    const response = await call(simulator, { method: 'GET', target: '/openapi.json', headers });
    expect(response.status).toBe(404);
  });
});
