import { Pool } from 'undici';
import { z } from 'zod';
import { settingsOf, sendToParent } from '../../settings.ts';
import { distributionOf } from '../../statistics.ts';

/** The load where wrk is not installed: each connection sends its next request when it has its response. */
const { url, paths, headers, body, connections, seconds } = settingsOf(
  z.object({
    url: z.string(),
    paths: z.array(z.string()),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    connections: z.number(),
    seconds: z.number(),
  }),
);
const pool = new Pool(url, { connections, pipelining: 1 });
const tookMs: number[] = [];
let sent = 0;
let failed = 0;
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;
await Promise.all(Array.from({ length: connections }, callUntilEnd));
const { p50: p50Ms, p99: p99Ms, count: requests } = distributionOf(tookMs);
const perSecond = (requests * 1000) / (performance.now() - startedAt);
sendToParent({ requests, perSecond, p50Ms, p99Ms, failed });
await pool.close();
process.disconnect();

async function callUntilEnd(): Promise<void> {
  while (performance.now() < endsAt) {
    const path = paths[sent % paths.length] ?? '/';
    sent += 1;
    const sentAt = performance.now();
    try {
      const response = await pool.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      await response.body.dump({ limit: Number.POSITIVE_INFINITY });
      if (response.statusCode > 399) failed += 1;
    } catch {
      failed += 1;
    }
    tookMs.push(performance.now() - sentAt);
  }
}
