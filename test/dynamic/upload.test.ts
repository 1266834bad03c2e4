import { TimeoutError } from 'p-timeout';
import { describe, expect, test } from 'vitest';
import { RequestBodyError } from '../../src/dynamic/request-body.ts';
import { type Upload, watchUpload } from '../../src/dynamic/upload.ts';

const timeIsUp = new TimeoutError('the deadline of the call passed');
const chunk = new Uint8Array(8);

/** An upload of one chunk, after which the caller stalls. */
function stalling() {
  const payload = (async function* () {
    yield chunk;
    await new Promise<never>(() => undefined);
  })();
  const upload = watchUpload({ payload, streamBytes: null, isRepeatable: false }, 3);
  return { upload, chunks: chunksOf(upload) };
}

function chunksOf({ body: { payload } }: Upload): AsyncIterator<Uint8Array> {
  if (payload === null || payload instanceof Uint8Array) throw new Error('The body is no stream.');
  return payload[Symbol.asyncIterator]();
}

describe('at the deadline an upload', () => {
  test('is not to blame before the function begins to read it, nor while it does not read what is there', async () => {
    const { upload, chunks } = stalling();
    expect(upload.problemOf(timeIsUp)).toBeNull();
    expect((await chunks.next()).value).toBe(chunk);
    expect(upload.problemOf(timeIsUp)).toBeNull();
  });

  test('is to blame while the function waits for more', async () => {
    const { upload, chunks } = stalling();
    await chunks.next();
    void chunks.next();
    expect(upload.problemOf(timeIsUp)).toMatchObject({
      code: 'body_too_slow',
      headers: { connection: 'close' },
    });
    expect(upload.problemOf(new Error('ECONNRESET'))).toBeNull();
  });

  test('is not to blame once it has ended, or where it was held', async () => {
    const payload = (async function* () {
      yield chunk;
    })();
    const streamed = watchUpload({ payload, streamBytes: 8, isRepeatable: false }, 3);
    const chunks = chunksOf(streamed);
    expect(await chunks.next()).toEqual({ done: false, value: chunk });
    expect(await chunks.next()).toMatchObject({ done: true });
    expect(streamed.problemOf(timeIsUp)).toBeNull();
    const held = { payload: chunk, streamBytes: null, isRepeatable: true };
    expect(watchUpload(held, 3).body).toBe(held);
    expect(watchUpload(held, 3).problemOf(timeIsUp)).toBeNull();
  });
});

test('what went wrong with a body is told as it was found', () => {
  const problem = { code: 'body_too_large', detail: '' } as const;
  expect(stalling().upload.problemOf(new RequestBodyError(problem))).toBe(problem);
});
