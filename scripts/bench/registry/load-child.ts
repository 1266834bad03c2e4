import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { z } from 'zod';
import { pathOf } from '../rows.ts';
import { settingsOf, sendToParent } from '../settings.ts';
import { distributionOf } from '../statistics.ts';

/**
 * Calls routes at a fixed rate independent of the responses (an open loop), and reports the results. A latency counts from
 * the time at which the request was due, so that what waits behind a stall counts as slow too (Gil Tene's
 * "coordinated omission").
 */
const { url, ratePerSecond, seconds, routes } = settingsOf(
  z.object({ url: z.string(), ratePerSecond: z.number(), seconds: z.number(), routes: z.number() }),
);
const responseTimeoutMs = 10_000;
const connections = 64;
const maxFaultsReported = 5;

const pool = new Pool(url, { connections, pipelining: 1, headersTimeout: responseTimeoutMs });
const latencies: number[] = [];
const faults: string[] = [];
const pending = new Set<Promise<void>>();
const total = ratePerSecond * seconds;
const startedAt = performance.now() + 100;
const dueAt = (request: number): number => startedAt + (request * 1000) / ratePerSecond;

for (let next = 0; next < total; ) {
  for (; next < total && dueAt(next) <= performance.now(); next += 1) {
    const call = callOnce(pathOf((next * 7919) % routes), dueAt(next)).finally(() => pending.delete(call));
    pending.add(call);
  }
  await delay(1);
}
await Promise.all(pending);
sendToParent({
  ...distributionOf(latencies),
  failed: faults.length,
  faults: faults.slice(0, maxFaultsReported),
});
await pool.close();
process.disconnect();

async function callOnce(path: string, due: number): Promise<void> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await pool.request({ path, method: 'POST', headers, body: '{"domain":"example.com"}' });
    await response.body.dump();
    latencies.push(performance.now() - due);
    if (response.statusCode !== 200) faults.push(`${path}: ${response.statusCode}`);
  } catch (error) {
    latencies.push(performance.now() - due);
    faults.push(`${path}: ${String(error)}`);
  }
}
