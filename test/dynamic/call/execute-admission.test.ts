import { describe, expect, test } from 'vitest';
import { respondJson } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { callOf, routeOf, take } from './calls.ts';
import { settled } from './settled.ts';
import { sourceOf } from './sources.ts';
import { gated, startCore } from './start-core.ts';

const kilobytes = (count: number) => Buffer.alloc(count * 1024, 'x');
const served = { events: 'started responded ended', outcome: 'whole', status: 200, code: null, attempts: 1 };
const refused = { events: 'started responded ended', outcome: 'refused', status: 503, attempts: 0 };

/** A body that arrives in one chunk, its length announced. */
const arriving = (bytes: Buffer, announcedBytes: number | null = bytes.byteLength) =>
  sourceOf([bytes], announcedBytes).body;

describe('MAX_IN_FLIGHT', () => {
  test('refuses the calls beyond it, and lets calls in again when one has ended', async () => {
    const { script, open } = gated((_, response, request) => respondJson(response, request));
    await using started = await startCore(script, { maxInFlight: 2 });
    const { core, fn } = started;
    const make = async (requestId: string) => take(await core.execute(callOf(routeOf(), { requestId })));
    const first = [make('a'), make('b')];
    await until('both are at the function', () => fn.calls() === 2);
    expect(await make('c')).toMatchObject({ status: 0, body: 'gateway_overloaded' });
    open();
    await Promise.all(first);
    expect(await make('d')).toMatchObject({ status: 200 });
    expect(await settled(core)).toMatchObject([
      { requestId: 'a', ...served },
      { requestId: 'b', ...served },
      { requestId: 'c', ...refused, code: 'gateway_overloaded' },
      { requestId: 'd', ...served },
    ]);
  });

  test('counts a call until its last byte is out, not until its head is known', async () => {
    await using started = await startCore((_, response, request) => respondJson(response, request), {
      maxInFlight: 1,
    });
    const { core } = started;
    const result = await core.execute(callOf(routeOf(), { requestId: 'a' }));
    expect(core.held().inFlight).toBe(1);
    await take(await core.execute(callOf(routeOf(), { requestId: 'b' })));
    await take(result);
    expect(await settled(core)).toMatchObject([served, { ...refused, code: 'gateway_overloaded' }]);
  });
});

describe('MAX_BUFFERED_BYTES', () => {
  test('refuses a body that must be buffered where there is no room, however it announces itself', async () => {
    await using started = await startCore(() => undefined, { maxBufferedBytes: 32 * 1024 });
    const { core, fn } = started;
    const route = routeOf({ idempotent: true });
    for (const [index, body] of [
      arriving(kilobytes(64)),
      arriving(kilobytes(128)),
      arriving(kilobytes(64), null),
    ].entries()) {
      const call = callOf(route, { requestId: `req-${index}`, body });
      expect(await take(await core.execute(call))).toMatchObject({ body: 'buffers_full' });
    }
    expect(fn.calls()).toBe(0);
    expect(await settled(core)).toMatchObject(
      [0, 1, 2].map(() => ({ ...refused, code: 'buffers_full', responseBytes: 0 })),
    );
  });

  test('streams a body that need not be buffered, and gives back what it took of it', async () => {
    await using started = await startCore((_, response, request) => respondJson(response, request), {
      maxBufferedBytes: 32 * 1024,
    });
    const { core } = started;
    const body = arriving(kilobytes(64));
    expect(await take(await core.execute(callOf(routeOf(), { body })))).toMatchObject({ status: 200 });
    expect(await settled(core)).toMatchObject([{ ...served, requestBytes: 64 * 1024 }]);
  });

  test('counts a request body and a response until the call has ended', async () => {
    await using started = await startCore((_, response) => response.end(kilobytes(8)));
    const { core } = started;
    const result = await core.execute(callOf(routeOf(), { body: arriving(kilobytes(4)) }));
    expect(core.held().bufferedBytes).toBe(12 * 1024);
    await take(result);
    expect(await settled(core)).toMatchObject([
      { ...served, requestBytes: 4 * 1024, responseBytes: 8 * 1024 },
    ]);
  });
});
