import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const pathOf = (slug: string) => `/run/companies/demo/${slug}/lookup`;
/** Faults that only a deadline ends; any other has time for its retries on a busy machine, too. */
const slowFaults: ReadonlySet<string> = new Set(['stall', 'slow-body']);
/** A function of its own for each fault, lest one's breaker speak for another. */
const rowOf = (slug: string) =>
  echoRow({
    workflow_slug: slug,
    modal_function_name: null,
    modal_endpoint_url: `https://demodata--app-${slug}.modal.run`,
    api_endpoint_url: pathOf(slug),
    timeout_seconds: slowFaults.has(slug) ? 1 : 30,
  });
const json = { 'content-type': 'application/json' };

/** docs/modal.md's tables: what the platform does, and what the caller is told. */
const faults = [
  { fault: 'auth-missing', status: 502, code: 'upstream_auth_failed' },
  { fault: 'auth-invalid', status: 502, code: 'upstream_auth_failed' },
  { fault: 'bad-redirect', status: 502, code: 'upstream_bad_request' },
  { fault: 'not-deployed', status: 502, code: 'function_not_deployed' },
  { fault: 'stopped', status: 502, code: 'function_stopped' },
  { fault: 'workspace-disabled', status: 502, code: 'workspace_disabled' },
  { fault: 'spend-limit', status: 503, code: 'spend_limit_reached', retryAfter: '3600' },
  { fault: 'rate-limit', status: 503, code: 'upstream_rate_limited', retryAfter: '5' },
  { fault: 'timeout', status: 504, code: 'function_timed_out' },
  { fault: 'oom', status: 502, code: 'function_crashed' },
  { fault: 'internal-failure', status: 502, code: 'platform_error' },
  { fault: 'expired', status: 503, code: 'result_expired', retryAfter: '5' },
  { fault: 'reset', status: 502, code: 'upstream_connection_lost' },
  { fault: 'truncated', status: 502, code: 'upstream_connection_lost' },
  { fault: 'garbage', status: 502, code: 'upstream_invalid_response' },
  { fault: 'stall', status: 504, code: 'deadline_exceeded' },
  { fault: 'slow-body', status: 504, code: 'deadline_exceeded' },
] as const;

describe('a fault on the way to the function', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([...faults.map(({ fault }) => rowOf(fault)), rowOf('echo')]);
  });
  afterAll(() => rowgate.close());

  const ask = (fault: string) =>
    send(rowgate.url + pathOf(fault), { headers: { ...json, 'x-sim-fault': fault }, body: '{}' });

  test.each(faults)('$fault is $status $code', async ({ fault, status, code, ...rest }) => {
    const response = await ask(fault);
    expect(jsonOf(response)).toMatchObject({ status, code, workflow_slug: fault, instance: pathOf(fault) });
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['proxy-status']).toMatch(/^rowgate; error=[a-z_]+/);
    expect(response.headers['x-workflow']).toBe(fault);
    expect(response.headers['retry-after']).toBe('retryAfter' in rest ? rest.retryAfter : undefined);
  });

  test('leaves the process serving', async () => {
    await Promise.all(faults.map(({ fault }) => ask(fault)));
    const response = await send(rowgate.url + pathOf('echo'), {
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(200);
  });

  test('after 256 KiB of the response cuts the connection, so that nobody takes the part for the whole', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-sim-fault': 'truncated',
      'x-sim-response-bytes': '2000000',
    };
    await expect(send(rowgate.url + pathOf('echo'), { headers, body: '{}' })).rejects.toThrow(
      /aborted|hang up|ECONNRESET/,
    );
    await until('the call has ended as cut', () =>
      rowgate.observations.some((seen) => seen.kind === 'call_ended' && seen.outcome === 'cut'),
    );
  });
});

describe('a function that cannot be reached', () => {
  test('is 503 upstream_connection_refused with Retry-After', async () => {
    await using opened = new AsyncDisposableStack();
    const rowgate = await startRowgate([echoRow()]);
    opened.defer(rowgate.close);
    await rowgate.simulator.close();
    const response = await send(rowgate.url + pathOf('echo'), {
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(jsonOf(response)).toMatchObject({ status: 503, code: 'upstream_connection_refused' });
    expect(response.headers['retry-after']).toBe('5');
    expect(response.headers['proxy-status']).toBe('rowgate; error=connection_refused');
  });
});
