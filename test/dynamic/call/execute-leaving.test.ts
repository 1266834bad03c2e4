import { describe, expect, test } from 'vitest';
import { respondPlatformError } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { callOf, routeOf } from './calls.ts';
import { settled } from './settled.ts';
import { chunksThen, sourceOf, stall } from './sources.ts';
import { startCore } from './start-core.ts';

const gone = { outcome: 'abandoned', status: 499, code: null, responseBytes: 0 };
const early = { ...gone, events: 'started ended' };

describe('a caller that leaves', () => {
  test('before its call is made ends it, and the function is not called', async () => {
    await using started = await startCore(() => undefined);
    const { core, fn } = started;
    const route = routeOf({ max_concurrency: 1 });
    expect((await core.execute(callOf(route), AbortSignal.abort())).kind).toBe('abandoned');
    expect(fn.calls()).toBe(0);
    expect(await settled(core)).toMatchObject([{ ...early, attempts: 0 }]);
  });

  test('while the function works hangs up on it', async () => {
    await using started = await startCore(() => undefined);
    const { core, fn } = started;
    const caller = new AbortController();
    const result = core.execute(callOf(routeOf({ max_concurrency: 1 })), caller.signal);
    await until('the function is called', () => fn.open() === 1);
    caller.abort();
    expect((await result).kind).toBe('abandoned');
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([{ ...early, attempts: 1, requestBytes: 2 }]);
  });

  test('while a small response is coming hangs up on the function, and gives back what came', async () => {
    await using started = await startCore((_, response) => response.write(Buffer.alloc(1024)));
    const { core, fn } = started;
    const caller = new AbortController();
    const result = core.execute(callOf(routeOf(), { body: null }), caller.signal);
    await until('a part of it is buffered', () => core.held().bufferedBytes === 1024);
    caller.abort();
    expect((await result).kind).toBe('abandoned');
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([{ ...early, attempts: 1 }]);
  });

  test('while it uploads breaks off the call of the function', async () => {
    await using started = await startCore((_, __, request) => request.on('error', () => undefined).resume());
    const { core, fn } = started;
    const caller = new AbortController();
    const { body } = sourceOf(chunksThen(100, 8_192, stall));
    const result = core.execute(callOf(routeOf(), { body }), caller.signal);
    await until('the function is called', () => fn.open() === 1);
    caller.abort();
    expect((await result).kind).toBe('abandoned');
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([{ ...early, attempts: 1 }]);
  });

  test('while a retry is waited for ends the wait', async () => {
    await using started = await startCore((_, response) =>
      respondPlatformError(response, 429, 'modal-http: rate limit exceeded', { 'retry-after': '20' }),
    );
    const { core, fn } = started;
    const caller = new AbortController();
    const result = core.execute(callOf(routeOf({ max_concurrency: 1 })), caller.signal);
    await until('the first attempt is over', () => fn.calls() === 1 && fn.open() === 0);
    caller.abort();
    expect((await result).kind).toBe('abandoned');
    expect(fn.calls()).toBe(1);
    expect(await settled(core)).toMatchObject([{ ...early, attempts: 1 }]);
  });

  test('while its response is streamed hangs up on the function, and what it got is reported', async () => {
    await using started = await startCore((_, response) => response.write(Buffer.alloc(1024 * 1024)));
    const { core, fn } = started;
    const route = routeOf({ max_concurrency: 1 });
    const result = await core.execute(callOf(route));
    if (result.kind !== 'response') throw new Error('There is no response.');
    result.delivery.begin(() => undefined);
    result.delivery.end('abandoned', 1_000);
    result.delivery.end('whole', 2_000);
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([
      { events: 'started responded ended', outcome: 'abandoned', status: 200, responseBytes: 1_000 },
    ]);
  });

  test('as soon as the response is there gets it all the same: its deliverer tells that nobody took it', async () => {
    await using started = await startCore((_, response) => response.end('{}'));
    const { core } = started;
    const caller = new AbortController();
    const result = await core.execute(callOf(routeOf()), caller.signal);
    caller.abort();
    if (result.kind !== 'response') throw new Error('There is no response.');
    result.delivery.begin(() => undefined);
    result.delivery.end('abandoned', 0);
    expect(await settled(core)).toMatchObject([{ outcome: 'abandoned', status: 200, attempts: 1 }]);
  });

  test('of many calls at once, each at another time, leaves nothing behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    await using started = await startCore((call, response) => {
      if (call % 3 === 0) response.write(Buffer.alloc(400 * 1024));
      else if (call % 3 === 1) response.end('{}');
    });
    const { core, fn } = started;
    const before = timers();
    const route = routeOf({ max_concurrency: 20, timeout_seconds: 3_600 });
    const calls = Array.from({ length: 60 }, async (_, index) => {
      const caller = new AbortController();
      const result = core.execute(callOf(route, { requestId: `req-${index}` }), caller.signal);
      setTimeout(() => caller.abort(), index);
      const made = await result;
      if (made.kind !== 'abandoned') made.delivery.end('abandoned', 0);
    });
    await Promise.all(calls);
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toHaveLength(60);
    await until('their timers are gone', () => timers() <= before);
  });
});
