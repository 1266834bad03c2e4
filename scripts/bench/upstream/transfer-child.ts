import { Readable } from 'node:stream';
import { Agent } from 'undici';
import { z } from 'zod';
import { settingsOf, sendToParent } from '../settings.ts';
import { checksum, patternOf } from './pattern.ts';

/** Uploads or downloads the pattern, and reports what it sent or received, and what the other side reports. */
const { url, path, upload, withLength } = settingsOf(
  z.object({ url: z.string(), path: z.string(), upload: z.number(), withLength: z.boolean() }),
);
const sum = checksum();
const startedAt = performance.now();
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
try {
  const { statusCode, body } = await agent.request({
    origin: url,
    path,
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      ...(withLength ? { 'content-length': String(upload) } : {}),
    },
    body: upload > 0 ? Readable.from(sent()) : null,
  });
  const responseBody: unknown = upload > 0 || statusCode !== 200 ? await body.json() : null;
  if (responseBody === null) for await (const chunk of body) if (Buffer.isBuffer(chunk)) sum.add(chunk);
  sendToParent({
    status: statusCode,
    responseBody,
    ...sum.result(),
    seconds: (performance.now() - startedAt) / 1000,
  });
} catch (error) {
  sendToParent({ status: 0, responseBody: String(error), ...sum.result(), seconds: 0 });
}
await agent.destroy();
process.disconnect();

async function* sent(): AsyncGenerator<Buffer> {
  for (const chunk of patternOf(upload)) {
    sum.add(chunk);
    yield chunk;
  }
}
