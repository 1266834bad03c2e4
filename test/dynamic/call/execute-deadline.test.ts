import { describe, expect, test } from 'vitest';
import { deadlinePassed } from '../../../src/dynamic/call/call-clock.ts';
import type { Script } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { callOf, routeOf, take } from './calls.ts';
import { settled } from './settled.ts';
import { startCore } from './start-core.ts';

/** A deadline in seconds that a test can wait for. */
const within = (timeoutSeconds: number) => ({ ...routeOf(), timeoutSeconds });
const passed = { outcome: 'refused', status: 504, code: 'deadline_exceeded', responseBytes: 0 };
const silent: Script = () => undefined;
const megabyte = 1024 * 1024;

/** Sends an event now and then, so many, and ends. */
const eventsOf =
  (count: number): Script =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (left: number): void => {
      if (left === 0) response.end();
      else response.write(`data: ${left}\n\n`, () => setTimeout(send, 100, left - 1));
    };
    send(count);
  };

describe('the deadline of a call', () => {
  test.each([
    ['says nothing', silent],
    ['has sent a head', (_: number, response) => response.writeHead(200).flushHeaders()],
    ['has sent half of a small body', (_: number, response) => response.writeHead(200).write('{"a":')],
  ] satisfies [string, Script][])('is a 504 where the function %s, and hangs up on it', async (_, script) => {
    await using started = await startCore(script);
    const { core, fn } = started;
    const result = await core.execute(callOf(within(0.3)));
    expect(await take(result)).toMatchObject({ body: 'deadline_exceeded' });
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([
      { events: 'started responded ended', ...passed, error: deadlinePassed },
    ]);
  });

  test('leaves out a retry that the platform wants after it', async () => {
    await using started = await startCore((_, response) =>
      response
        .writeHead(429, { 'content-type': 'text/plain', 'retry-after': '5' })
        .end('modal-http: rate limit exceeded'),
    );
    const result = await take(await started.core.execute(callOf(within(4))));
    expect(result.body).toBe('upstream_rate_limited');
    expect(await settled(started.core)).toMatchObject([{ outcome: 'refused', status: 503, attempts: 1 }]);
  });

  test('cuts a response that is still coming, and hangs up on the function', async () => {
    await using started = await startCore((_, response) => response.write(Buffer.alloc(megabyte)));
    const { core, fn } = started;
    const result = await take(await core.execute(callOf(within(4))));
    expect(result).toMatchObject({ status: 200, isWhole: false });
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([
      { outcome: 'cut', status: 200, code: null, responseBytes: megabyte, error: deadlinePassed },
    ]);
  });

  test('cuts a response that nobody has begun to take, too', async () => {
    await using started = await startCore((_, response) => response.write(Buffer.alloc(megabyte)));
    const { core, fn } = started;
    const result = await core.execute(callOf(within(4)));
    expect(result.kind).toBe('response');
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await take(result)).toMatchObject({ status: 200, body: '', isWhole: false });
    expect(await settled(core)).toMatchObject([{ outcome: 'cut', responseBytes: 0, error: deadlinePassed }]);
  });

  test('is one end of each call, also where the response comes in the same moment', async () => {
    const timeoutMs = 400;
    await using started = await startCore((call, response) =>
      setTimeout(() => response.end('{}'), timeoutMs - 60 + call),
    );
    const { core } = started;
    const route = within(timeoutMs / 1000);
    const calls = Array.from({ length: 90 }, async (_, index) =>
      take(await core.execute(callOf(route, { requestId: `req-${index}` }))),
    );
    await Promise.all(calls);
    for (const reported of await settled(core))
      expect(['whole 200 null', 'refused 504 deadline_exceeded', 'refused 503 breaker_open']).toContain(
        `${reported.outcome} ${reported.status} ${reported.code}`,
      );
  });
});

describe('a stream of events', () => {
  test('goes on beyond the deadline for as long as events come', async () => {
    await using started = await startCore(eventsOf(35));
    const { core } = started;
    const from = performance.now();
    const result = await take(await core.execute(callOf(within(3))));
    expect(performance.now() - from).toBeGreaterThan(3_000);
    expect(result).toMatchObject({ status: 200, isWhole: true });
    expect(await settled(core)).toMatchObject([{ outcome: 'whole' }]);
  });

  test('is cut when none has come for as long as the deadline', async () => {
    await using started = await startCore((_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n'),
    );
    const { core, fn } = started;
    const result = await take(await core.execute(callOf(within(2))));
    expect(result).toMatchObject({ status: 200, body: 'data: 1\n\n', isWhole: false });
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([{ outcome: 'cut', responseBytes: 9, error: deadlinePassed }]);
  });
});
