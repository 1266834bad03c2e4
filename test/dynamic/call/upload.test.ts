import { describe, expect, test } from 'vitest';
import { deadlinePassed } from '../../../src/dynamic/call/call-clock.ts';
import { RequestBodyError } from '../../../src/dynamic/call/read-body.ts';
import { type Upload, watchUpload } from '../../../src/dynamic/call/upload.ts';

const chunk = new Uint8Array(8);

/** An upload of one chunk, after which the caller stalls. */
function stalling() {
  const body = (async function* () {
    yield chunk;
    await new Promise<never>(() => undefined);
  })();
  const upload = watchUpload({ kind: 'streamed', chunks: body, announcedBytes: null }, 3);
  return { upload, chunks: chunksOf(upload) };
}

function chunksOf({ body }: Upload): AsyncIterator<Uint8Array> {
  if (body.kind === 'buffered') throw new Error('The body is not a stream.');
  return body.chunks[Symbol.asyncIterator]();
}

describe('at the deadline an upload', () => {
  test('is not to blame before the function begins to read it, nor while it does not read what is there', async () => {
    const { upload, chunks } = stalling();
    expect(upload.problemOf(deadlinePassed)).toBeNull();
    expect((await chunks.next()).value).toBe(chunk);
    expect(upload.problemOf(deadlinePassed)).toBeNull();
  });

  test('is to blame while the function waits for more', async () => {
    const { upload, chunks } = stalling();
    await chunks.next();
    void chunks.next();
    expect(upload.problemOf(deadlinePassed)).toMatchObject({
      code: 'body_too_slow',
      headers: { connection: 'close' },
    });
    expect(upload.problemOf(new Error('ECONNRESET'))).toBeNull();
  });

  test('is not to blame once it has ended, or where it was buffered', async () => {
    const body = (async function* () {
      yield chunk;
    })();
    const streamed = watchUpload({ kind: 'streamed', chunks: body, announcedBytes: 8 }, 3);
    const chunks = chunksOf(streamed);
    expect(await chunks.next()).toEqual({ done: false, value: chunk });
    expect(await chunks.next()).toMatchObject({ done: true });
    expect(streamed.problemOf(deadlinePassed)).toBeNull();
    const buffered = { kind: 'buffered', bytes: chunk } as const;
    expect(watchUpload(buffered, 3).body).toBe(buffered);
    expect(watchUpload(buffered, 3).problemOf(deadlinePassed)).toBeNull();
  });
});

test('what went wrong with a body is reported as it was found', () => {
  const problem = { code: 'body_too_large', detail: '' } as const;
  expect(stalling().upload.problemOf(new RequestBodyError(problem))).toBe(problem);
});
