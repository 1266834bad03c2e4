import { describe, expect, test } from 'vitest';
import { call } from './client.ts';
import { start } from './start.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a good call', () => {
  test("answers the response schema's members, built from the request and its defaults", async () => {
    const simulator = await start();
    const answer = await call(simulator, { body: { domain: 'acme.example', limit: '7' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['modal-function-call-id']).toMatch(/^fc-\w+$/);
    expect(answer.json()).toEqual({
      success: true,
      domain: 'acme.example',
      limit: 7,
      dry_run: true,
      raw_id: expect.stringMatching(UUID),
      error: null,
    });
  });

  test('is answered with the defaults of the request schema where the request lacks them', async () => {
    const simulator = await start();
    expect((await call(simulator)).json()).toMatchObject({ limit: 50, dry_run: true });
  });

  test('does not turn into a failure because its request carries an earlier one', async () => {
    const simulator = await start();
    const body = { domain: 'acme.example', success: false, error: 'an earlier failure' };
    expect((await call(simulator, { body })).json()).toMatchObject({ success: true, error: null });
  });

  test('echoes the request where there is no response schema', async () => {
    const simulator = await start();
    const answer = await call(simulator, { host: 'demodata--echo.modal.run', body: { a: [1, null] } });
    expect(answer.json()).toEqual({ success: true, echo: { a: [1, null] } });
  });

  test('takes any body, even one that is no JSON, where there is no request schema', async () => {
    const simulator = await start();
    const answer = await call(simulator, { host: 'demodata--echo.modal.run', body: '{"cut' });
    expect(answer.json()).toEqual({ success: true, echo: null });
  });

  test('the same random numbers give the same answer', async () => {
    const answers = await Promise.all(
      [1, 2].map(async () => (await call(await start({ random: () => 0.25 }))).text),
    );
    expect(answers[0]).toBe(answers[1]);
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
    const answer = await call(simulator, { method: 'GET', target: '/openapi.json' });
    expect(answer.json()).toMatchObject({
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
    const answer = await call(simulator, { method: 'GET', target: '/openapi.json', headers });
    expect(answer.status).toBe(404);
  });
});
