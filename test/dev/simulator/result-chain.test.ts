import { describe, expect, test } from 'vitest';
import { call, HOST, targetOf } from './client.ts';
import { start } from './start.ts';

const MODAL_LOCATION = new RegExp(`^https://${HOST}/\\?__modal_function_call_id=fc-\\w+$`);

describe('a call longer than one hop', () => {
  test('is a 303 with an empty body, whose Location is the same URL and the call', async () => {
    const simulator = await start({ hopMs: 5 });
    const redirect = await call(simulator, { headers: { 'x-sim-latency-ms': '1000' } });
    expect(redirect.status).toBe(303);
    expect(redirect.text).toBe('');
    expect(redirect.headers.location).toMatch(MODAL_LOCATION);
  });

  test('is another 303 to the same call on each hop that it outlasts', async () => {
    const simulator = await start({ hopMs: 1 });
    const first = await call(simulator, { headers: { 'x-sim-latency-ms': '100000' } });
    const second = await call(simulator, { method: 'GET', target: targetOf(first.headers.location) });
    expect(second.status).toBe(303);
    expect(second.headers.location).toBe(first.headers.location);
  });

  test('is followed hop by hop to its result, without a new call', async () => {
    const simulator = await start({ hopMs: 10 });
    let response = await call(simulator, { headers: { 'x-sim-latency-ms': '35' } });
    const callId = response.headers['modal-function-call-id'];
    while (response.status === 303) {
      response = await call(simulator, { method: 'GET', target: targetOf(response.headers.location) });
    }
    expect(response.json()).toMatchObject({ success: true, domain: 'acme.example' });
    expect(response.headers['modal-function-call-id']).toBe(callId);
  });

  test('keeps its result, to be loaded again on another connection', async () => {
    const simulator = await start({ hopMs: 5 });
    const { headers } = await call(simulator, { headers: { 'x-sim-fault': 'cold-303' } });
    const load = () => call(simulator, { method: 'GET', target: targetOf(headers.location) });
    const first = await load();
    const second = await load();
    expect(first.status).toBe(200);
    expect(second.text).toBe(first.text);
  });

  test("keeps the caller's query byte for byte in Location", async () => {
    const simulator = await start();
    const target = '/?b=%2f&a=1+2&flag';
    const { headers } = await call(simulator, { target, headers: { 'x-sim-fault': 'cold-303' } });
    expect(headers.location).toMatch(/\/\?b=%2f&a=1\+2&flag&__modal_function_call_id=fc-/);
  });

  test('may end in a refusal by the function, validated before', async () => {
    const simulator = await start({ hopMs: 5 });
    const { headers } = await call(simulator, { body: {}, headers: { 'x-sim-latency-ms': '7' } });
    const result = await call(simulator, { method: 'GET', target: targetOf(headers.location) });
    expect(result.status).toBe(422);
  });
});

describe('a result URL', () => {
  test.each(['POST', 'PUT'])('refuses %s as a bad redirect method', async (method) => {
    const simulator = await start();
    const { headers } = await call(simulator, { headers: { 'x-sim-fault': 'cold-303' } });
    const response = await call(simulator, { method, target: targetOf(headers.location) });
    expect(response.status).toBe(400);
    expect(response.text).toBe('modal-http: bad redirect method');
  });

  test.each([
    ['a call that nobody started', HOST, '/?__modal_function_call_id=fc-none'],
    ['an attempt that nobody started', HOST, '/?x=1&__modal_attempt_token=none'],
  ])('of %s is missing, perhaps expired', async (_, host, target) => {
    const simulator = await start();
    const response = await call(simulator, { host, method: 'GET', target });
    expect(response.status).toBe(408);
    expect(response.text).toBe('Missing request, possibly due to expiry or cancellation');
  });

  test("does not give another function's result", async () => {
    const simulator = await start();
    const { headers } = await call(simulator, { headers: { 'x-sim-fault': 'cold-303' } });
    const target = targetOf(headers.location);
    const response = await call(simulator, { host: 'demodata--echo.modal.run', method: 'GET', target });
    expect(response.status).toBe(408);
  });

  test('ignores steering, which a gateway repeats on every hop', async () => {
    const simulator = await start();
    const steering = { 'x-sim-fault': 'cold-303' };
    const { headers } = await call(simulator, { headers: steering });
    const target = targetOf(headers.location);
    expect((await call(simulator, { method: 'GET', target, headers: steering })).status).toBe(200);
  });

  test('of expired-result is a 408 once, then the result', async () => {
    const simulator = await start();
    const { headers } = await call(simulator, { headers: { 'x-sim-fault': 'expired-result' } });
    const load = () => call(simulator, { method: 'GET', target: targetOf(headers.location) });
    expect((await load()).status).toBe(408);
    expect((await load()).status).toBe(200);
  });

  test('of reset-result resets the connection once, then gives the result', async () => {
    const simulator = await start();
    const { headers } = await call(simulator, { headers: { 'x-sim-fault': 'reset-result' } });
    const load = () => call(simulator, { method: 'GET', target: targetOf(headers.location) });
    await expect(load()).rejects.toThrow('read ECONNRESET');
    expect((await load()).status).toBe(200);
  });
});

describe('x-sim-location', () => {
  test.each([
    ['relative', /^\/\?__modal_function_call_id=fc-/],
    ['attempt-token', /^https:\/\/.*\?__modal_attempt_token=fc-/],
    ['foreign', /^https:\/\/(?!demodata)/],
    ['downgraded', /^http:\/\/demodata--company-lookup\.modal\.run\//],
  ])('%s changes the form of Location', async (form, pattern) => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'cold-303', 'x-sim-location': form };
    expect((await call(simulator, { headers })).headers.location).toMatch(pattern);
  });

  test.each(['relative', 'attempt-token'])('%s still leads to the result', async (form) => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'cold-303', 'x-sim-location': form };
    const redirect = await call(simulator, { headers });
    const target = targetOf(redirect.headers.location);
    expect((await call(simulator, { method: 'GET', target })).status).toBe(200);
  });

  test('missing leaves Location out', async () => {
    const simulator = await start();
    const headers = { 'x-sim-fault': 'cold-303', 'x-sim-location': 'missing' };
    const redirect = await call(simulator, { headers });
    expect(redirect.status).toBe(303);
    expect(redirect.headers).not.toHaveProperty('location');
  });

  test('is http where the Host names a port, for a caller that has no https', async () => {
    const simulator = await start();
    const host = `demodata--echo.localhost:${simulator.port}`;
    const { headers } = await call(simulator, { host, headers: { 'x-sim-fault': 'cold-303' } });
    expect(headers.location).toMatch(new RegExp(`^http://${host}/`));
  });
});
