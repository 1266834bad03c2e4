import { describe, expect, test } from 'vitest';
import { call } from './client.ts';
import { start } from './start.ts';

const refusals = [
  ['auth-missing', 401, 'modal-http: missing credentials for proxy authorization'],
  ['auth-invalid', 401, 'modal-http: invalid credentials for proxy authorization'],
  ['prohibited-header', 400, 'modal-http: prohibited modal header'],
  ['bad-redirect', 400, 'modal-http: bad redirect method'],
  ['not-deployed', 404, 'modal-http: invalid function call'],
  ['stopped', 404, 'modal-http: app for invoked web endpoint is stopped'],
  ['workspace-disabled', 404, 'modal-http: workspace ac-simulated is disabled'],
  ['spend-limit', 429, 'modal-http: Webhook failed: workspace billing cycle spend limit reached'],
  ['rate-limit', 429, 'modal-http: rate limit exceeded'],
  ['expired', 408, 'Missing request, possibly due to expiry or cancellation'],
] as const;

const failures = [
  ['timeout', 500, 'modal-http: internal error: function execution timed out'],
  ['oom', 500, 'modal-http: internal error: function was terminated by signal'],
  [
    'internal-failure',
    500,
    'modal-http: internal error: status InternalFailure: Server has lost track of input',
  ],
] as const;

describe("the platform's own errors", () => {
  test.each([...refusals, ...failures])(
    '%s is a %i in plain text, word for word',
    async (fault, status, message) => {
      const simulator = await start();
      const response = await call(simulator, { headers: { 'x-sim-fault': fault } });
      expect(response.status).toBe(status);
      expect(response.text).toBe(message);
      expect(response.headers['content-type']).toMatch(/^text\/plain/);
    },
  );

  test.each(refusals)('%s carries no call id, since no call was started', async (fault) => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-fault': fault } });
    expect(response.headers).not.toHaveProperty('modal-function-call-id');
  });

  test.each(failures)('%s carries the id of the call that failed', async (fault) => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-fault': fault } });
    expect(response.headers['modal-function-call-id']).toMatch(/^fc-\w+$/);
  });

  test.each(failures)(
    '%s of a long call is what the result URL returns, each time',
    async (fault, status) => {
      const simulator = await start({ hopMs: 5 });
      const headers = { 'x-sim-fault': fault, 'x-sim-latency-ms': '8' };
      const redirect = await call(simulator, { headers });
      expect(redirect.status).toBe(303);
      const target = new URL(redirect.headers.location ?? '');
      const load = () => call(simulator, { method: 'GET', target: target.pathname + target.search });
      expect((await load()).status).toBe(status);
      expect((await load()).status).toBe(status);
    },
  );

  test('a steered platform error comes before the body is validated', async () => {
    const simulator = await start();
    const response = await call(simulator, { body: '{', headers: { 'x-sim-fault': 'stopped' } });
    expect(response.status).toBe(404);
  });
});
