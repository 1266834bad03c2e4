import { Pool } from 'undici';
import { z } from 'zod';
import { settingsOf, tellParent } from '../settings.ts';
import { distributionOf } from '../statistics.ts';

/** The load where wrk is not installed: each connection sends its next request when it has an answer. */
const { url, path, seconds, connections, body } = settingsOf(
  z.object({
    url: z.string(),
    path: z.string(),
    seconds: z.number(),
    connections: z.number(),
    body: z.string(),
  }),
);
const pool = new Pool(url, { connections, pipelining: 1 });
const tookMs: number[] = [];
let failed = 0;
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;
await Promise.all(Array.from({ length: connections }, callUntilEnd));
const { p50: p50Ms, p99: p99Ms, count } = distributionOf(tookMs);
tellParent({ perSecond: (count * 1000) / (performance.now() - startedAt), p50Ms, p99Ms, failed });
await pool.close();
process.disconnect();

async function callUntilEnd(): Promise<void> {
  while (performance.now() < endsAt) {
    const sentAt = performance.now();
    try {
      const answer = await pool.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) failed += 1;
    } catch {
      failed += 1;
    }
    tookMs.push(performance.now() - sentAt);
  }
}
