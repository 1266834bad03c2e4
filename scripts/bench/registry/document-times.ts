import type { Client } from 'undici';
import { distributionOf } from '../statistics.ts';

/** One response with the OpenAPI document: milliseconds since the request, and the bytes of its body. */
export type DocumentTimes = Readonly<{ firstByteMs: number; lastByteMs: number; bytes: number }>;

/** Requests the whole document and reads it to its end. */
export async function documentTimes(client: Client, encoding: 'gzip' | 'identity'): Promise<DocumentTimes> {
  const requestedAt = performance.now();
  const headers = { 'accept-encoding': encoding };
  const { statusCode, body } = await client.request({ method: 'GET', path: '/openapi.json', headers });
  const firstByteMs = performance.now() - requestedAt;
  let bytes = 0;
  for await (const chunk of body) if (Buffer.isBuffer(chunk)) bytes += chunk.byteLength;
  if (statusCode !== 200) throw new Error(`/openapi.json returned ${statusCode}.`);
  return { firstByteMs, lastByteMs: performance.now() - requestedAt, bytes };
}

/** Median and maximum. */
export function shownTimes(values: readonly number[]): string {
  const { p50, max } = distributionOf(values);
  return `${p50.toFixed(1)} (${max.toFixed(1)})`;
}
