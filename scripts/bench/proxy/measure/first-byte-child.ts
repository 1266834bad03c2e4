import { Client } from 'undici';
import { z } from 'zod';
import { settingsOf, sendToParent } from '../../settings.ts';

/** Opens event streams over one connection, one after the other, and reports the time to the first event of each. */
const { url, path, headers, body, calls } = settingsOf(
  z.object({
    url: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    calls: z.number(),
  }),
);
/** Not counted: this process has compiled nothing yet. */
const warmUpCalls = 3;
const client = new Client(url);
const tookMs: number[] = [];
for (let call = 0; call < warmUpCalls + calls; call += 1) {
  const sentAt = performance.now();
  const response = await client.request({
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  if (response.statusCode !== 200) throw new Error(`${url}${path} responded ${response.statusCode}.`);
  let firstAt: number | undefined;
  for await (const chunk of response.body) if (Buffer.isBuffer(chunk)) firstAt ??= performance.now();
  if (call >= warmUpCalls) tookMs.push((firstAt ?? Number.NaN) - sentAt);
}
sendToParent({ tookMs });
await client.close();
process.disconnect();
