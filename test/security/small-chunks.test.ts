import { expect, test } from 'vitest';
import { servePlain } from '../server/serve-plain.ts';
import { rawExchange } from '../helpers/raw.ts';

const chunks = 50_000;

test('a body in chunks of one byte arrives in few pieces, and whole', async () => {
  let pieces = 0;
  let bytes = 0;
  await using served = await servePlain((incoming, outgoing) => {
    incoming.on('data', (piece: Buffer) => {
      pieces += 1;
      bytes += piece.byteLength;
    });
    incoming.on('end', () => outgoing.end());
  });
  const head = 'POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n';
  const responses = await rawExchange(served.url, `${head}${'1\r\nx\r\n'.repeat(chunks)}0\r\n\r\n`);
  expect(responses).toContain('200 OK');
  expect(bytes).toBe(chunks);
  // Node makes a buffer and an event of each chunk.
  expect(pieces).toBeLessThan(chunks / 10);
});
