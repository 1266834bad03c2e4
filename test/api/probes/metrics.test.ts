import { expect, test } from 'vitest';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { send } from '../../helpers/http.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { endedCall } from '../../observability/ended-call.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };

test('GET /metrics tells calls by workflow, status and code, in the format of Prometheus', async () => {
  const rowgate = await startRowgate([echoRow({ idempotent: true })]);
  try {
    await send(rowgate.url + path, { headers: json, body: '{}' });
    await send(rowgate.url + path, { headers: { ...json, 'x-sim-fault': 'spend-limit' }, body: '{}' });
    await send(rowgate.url + path, { headers: { ...json, 'x-sim-fault': 'rate-limit' }, body: '{}' });
    const { status, headers, body } = await send(`${rowgate.url}/metrics`, { method: 'GET' });
    expect([status, headers['content-type']]).toEqual([
      200,
      expect.stringMatching(/^text\/plain;.*version=/),
    ]);
    const lines = body.toString().split('\n');
    expect(lines).toContain('rowgate_calls_total{workflow="echo",status="200",code=""} 1');
    expect(lines).toContain('rowgate_calls_total{workflow="echo",status="503",code="spend_limit_reached"} 1');
    expect(lines).toContain('rowgate_call_outcomes_total{outcome="whole"} 1');
    expect(lines).toContain('rowgate_call_outcomes_total{outcome="refused"} 2');
    expect(lines).toContain('rowgate_attempts_total 5');
    expect(lines).toContain('rowgate_upstream_duration_seconds_count 3');
    expect(lines).toContain('rowgate_calls_in_flight 0');
    expect(lines).toContain('rowgate_registry_rows{status="mounted"} 1');
  } finally {
    await rowgate.close();
  }
});

test('10,000 workflows share the labels beyond the first 500', async () => {
  const metrics = createMetrics();
  for (let n = 0; n < 10_000; n += 1) {
    metrics.observe(endedCall({ slug: `workflow-${n}` }));
  }
  const { text } = await metrics.render();
  expect(text.match(/^rowgate_calls_total\{/gm)).toHaveLength(501);
  expect(text).toContain('rowgate_calls_total{workflow="other",status="200",code=""} 9500');
});
