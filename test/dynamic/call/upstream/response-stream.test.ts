import { describe, expect, test } from 'vitest';
import type { BodySink, CallResponse, StreamedBody } from '../../../../src/dynamic/call/call-result.ts';
import type { Script } from '../../../helpers/scripted-function.ts';
import { until } from '../../../helpers/until.ts';
import { callOf, routeOf, type TestCore } from '../calls.ts';
import { settled } from '../settled.ts';
import { startCore } from '../start-core.ts';

const megabyte = 1024 * 1024;
const large: Script = (_, response) => response.end(Buffer.alloc(megabyte, 'x'));

type Streaming = CallResponse & Readonly<{ body: StreamedBody }>;

/** A response that is still coming. */
async function streaming(core: TestCore): Promise<Streaming> {
  const result = await core.execute(callOf(routeOf()));
  if (result.kind !== 'response' || result.body.kind === 'buffered') throw new Error('It is not streamed.');
  return { ...result, body: result.body };
}

/** A sink that writes down what it is reported; `write` decides what it says to a chunk. */
function recording(write: () => boolean) {
  const reported: string[] = [];
  const seen = { bytes: 0 };
  const sink: BodySink = {
    write: (chunk) => {
      if (reported.at(-1) !== 'write') reported.push('write');
      seen.bytes += chunk.byteLength;
      return write();
    },
    end: () => void reported.push('end'),
    cut: () => void reported.push('cut'),
  };
  return { reported, seen, sink };
}

describe('a streamed response', () => {
  test('that is resumed after its end is not ended again', async () => {
    await using started = await startCore(large);
    const { body, delivery } = await streaming(started.core);
    const { reported, seen, sink } = recording(() => true);
    body.start(sink);
    await until('it has ended', () => reported.includes('end'));
    body.resume();
    body.abandon(new Error('too late'));
    expect([reported, seen.bytes]).toEqual([['write', 'end'], megabyte]);
    delivery.end('whole', seen.bytes);
    expect(await settled(started.core)).toMatchObject([{ outcome: 'whole', responseBytes: megabyte }]);
  });

  test('that is abandoned from within a write tells its sink nothing more than that it was cut', async () => {
    await using started = await startCore(large);
    const { body, delivery } = await streaming(started.core);
    const { reported, sink } = recording(() => {
      body.abandon(new Error('more than was wanted'));
      return true;
    });
    body.start(sink);
    body.resume();
    await until('the function is hung up on', () => started.fn.open() === 0);
    expect(reported).toEqual(['write', 'cut']);
    delivery.end('cut', 0, new Error('more than was wanted'));
    expect(await settled(started.core)).toMatchObject([{ outcome: 'cut' }]);
  });

  test('that is abandoned twice while its sink is paused is cut once, without what waits', async () => {
    await using started = await startCore(large);
    const { body, delivery } = await streaming(started.core);
    const { reported, seen, sink } = recording(() => false);
    body.start(sink);
    const before = seen.bytes;
    body.abandon(new Error('not wanted'));
    body.abandon(new Error('not wanted either'));
    body.resume();
    expect([reported, seen.bytes]).toEqual([['write', 'cut'], before]);
    delivery.end('abandoned', seen.bytes);
    expect(await settled(started.core)).toMatchObject([{ outcome: 'abandoned', responseBytes: before }]);
  });
});
