import { describe, expect, test } from 'vitest';
import { respondJson } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { callOf, routeOf, take, type TestCore } from './calls.ts';
import { settled } from './settled.ts';
import { gated, startCore } from './start-core.ts';

const route = routeOf({ max_concurrency: 1 });
const whole = { outcome: 'whole', status: 200, attempts: 1 };

const make = async (core: TestCore, requestId: string) =>
  take(await core.execute(callOf(route, { requestId })));

describe('a row with max_concurrency', () => {
  test('has so many calls at its function; as many wait, and the rest are refused', async () => {
    const { script, open } = gated((_, response, request) => respondJson(response, request));
    await using started = await startCore(script);
    const { core, fn } = started;
    const first = make(core, 'first');
    await until('the first is at the function', () => fn.calls() === 1);
    const second = make(core, 'second');
    await until('the second waits', () => core.held().waiting === 1);
    expect((await make(core, 'third')).body).toBe('concurrency_limit_reached');
    expect(fn.calls()).toBe(1);
    open();
    await Promise.all([first, second]);
    expect(await settled(core)).toMatchObject([
      { requestId: 'first', ...whole },
      { requestId: 'second', ...whole },
      { requestId: 'third', outcome: 'refused', status: 503, attempts: 0 },
    ]);
  });

  test('refuses a call that waited half its time to the deadline in vain', async () => {
    await using started = await startCore(() => undefined);
    const { core, fn } = started;
    const caller = new AbortController();
    const first = core.execute(callOf(route, { requestId: 'first' }), caller.signal);
    await until('the first is at the function', () => fn.calls() === 1);
    const quick = { ...route, timeoutSeconds: 0.2 };
    const second = await take(await core.execute(callOf(quick, { requestId: 'second' })));
    expect(second.body).toBe('concurrency_limit_reached');
    expect(core.held()).toMatchObject({ inFlight: 1, slots: 1, waiting: 0 });
    caller.abort();
    await first;
    expect(await settled(core)).toMatchObject([
      { requestId: 'first', outcome: 'abandoned', attempts: 1 },
      { requestId: 'second', outcome: 'refused', code: 'concurrency_limit_reached', attempts: 0 },
    ]);
  });

  test('has the slot of a response that is complete back before anybody has read it', async () => {
    await using started = await startCore((_, response, request) => respondJson(response, request));
    const { core } = started;
    const unread = await core.execute(callOf(route, { requestId: 'unread' }));
    expect(core.held()).toMatchObject({ inFlight: 1, slots: 0 });
    expect(await make(core, 'next')).toMatchObject({ status: 200 });
    await take(unread);
    expect(await settled(core)).toMatchObject([whole, whole]);
  });

  test('keeps the slot of a response that is still coming to its end', async () => {
    await using started = await startCore((_, response) => response.end(Buffer.alloc(1024 * 1024)));
    const { core, fn } = started;
    const streaming = await core.execute(callOf(route, { requestId: 'streaming' }));
    const next = make(core, 'next');
    await until('the next one waits', () => core.held().waiting === 1);
    expect(fn.calls()).toBe(1);
    await take(streaming);
    expect(await next).toMatchObject({ status: 200 });
    expect(await settled(core)).toMatchObject([whole, whole]);
  });

  test('passes the slot of a call whose caller left on to the next one', async () => {
    await using started = await startCore(
      (call, response, request) => call > 0 && respondJson(response, request),
    );
    const { core, fn } = started;
    const [first, second] = [new AbortController(), new AbortController()];
    const leaving = core.execute(callOf(route, { requestId: 'first' }), first.signal);
    await until('the first is at the function', () => fn.calls() === 1);
    const waiting = core.execute(callOf(route, { requestId: 'second' }), second.signal);
    await until('the second waits', () => core.held().waiting === 1);
    second.abort();
    expect((await waiting).kind).toBe('abandoned');
    const third = make(core, 'third');
    await until('the third waits', () => core.held().waiting === 1);
    first.abort();
    await leaving;
    expect(await third).toMatchObject({ status: 200 });
    expect(await settled(core)).toMatchObject([
      { requestId: 'first', outcome: 'abandoned', attempts: 1 },
      { requestId: 'second', outcome: 'abandoned', attempts: 0 },
      { requestId: 'third', ...whole },
    ]);
  });

  test('has a slot back of a call whose caller leaves in the very moment that it gets it', async () => {
    await using started = await startCore((_, response) => response.end(Buffer.alloc(1024 * 1024)));
    const { core, fn } = started;
    const holding = await core.execute(callOf(route, { requestId: 'holding' }));
    if (holding.kind !== 'response') throw new Error('There is no response.');
    const caller = new AbortController();
    const next = core.execute(callOf(route, { requestId: 'next' }), caller.signal);
    await until('the next one waits', () => core.held().waiting === 1);
    holding.delivery.end('abandoned', 0);
    caller.abort();
    expect((await next).kind).toBe('abandoned');
    await until('the function is hung up on', () => fn.open() === 0);
    expect(fn.calls()).toBe(1);
    expect(await settled(core)).toMatchObject([
      { requestId: 'holding', outcome: 'abandoned', status: 200 },
      { requestId: 'next', outcome: 'abandoned', status: 499, attempts: 0 },
    ]);
  });
});
