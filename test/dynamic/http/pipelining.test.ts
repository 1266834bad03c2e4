import { describe, expect, test } from 'vitest';
import type { Script } from '../../helpers/scripted-function.ts';
import type { CallerSignal } from '../../../src/dynamic/call/call-clock.ts';
import { rawSocket } from '../../helpers/raw.ts';
import { until } from '../../helpers/until.ts';
import { settled } from '../call/settled.ts';
import { path, serveCore } from './serve.ts';

const request = (id: string) =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-request-id: ${id}\r\ncontent-length: 2\r\n\r\n{}`;
const ids = ['first', 'second', 'third'];
const pipeline = ids.map(request).join('');
const silent: Script = () => undefined;
/** Responds to all calls but the first. */
const butFirst: Script = (_, response, { headers }) => {
  if (headers['x-request-id'] !== 'first') response.end('{}');
};

describe('requests in a pipeline whose connection breaks', () => {
  test('while their functions work are calls that their caller abandoned', async () => {
    await using served = await serveCore(silent);
    const socket = rawSocket(served.url);
    socket.write(pipeline);
    await until('all are at the function', () => served.fn.open() === ids.length);
    socket.destroy();
    await until('the function is hung up on', () => served.fn.open() === 0);
    expect(await settled(served.core)).toMatchObject(
      ids.map((requestId) => ({ requestId, outcome: 'abandoned', status: 499, attempts: 1 })),
    );
  });

  test('while their responses wait behind another are abandoned, too', async () => {
    await using served = await serveCore(butFirst);
    const socket = rawSocket(served.url);
    socket.write(pipeline);
    const responded = () => served.observations.filter(({ kind }) => kind === 'call_responded').length;
    await until('two responses wait', () => responded() === 2);
    expect(served.core.held().inFlight).toBe(ids.length);
    socket.destroy();
    expect(await settled(served.core)).toMatchObject([
      { requestId: 'first', events: 'started ended', status: 499, outcome: 'abandoned' },
      { requestId: 'second', events: 'started responded ended', status: 200, outcome: 'abandoned' },
      { requestId: 'third', events: 'started responded ended', status: 200, outcome: 'abandoned' },
    ]);
  });

  test('hold nothing where their calls are finished all the same, and their results come later', async () => {
    const callers: CallerSignal[] = [];
    const { promise: mayRespond, resolve: respond } = Promise.withResolvers<void>();
    await using served = await serveCore(
      async (_, response) => {
        await mayRespond;
        response.end('{}');
      },
      {
        executeCallOf: (core) => (call, caller) => {
          callers.push(caller);
          return core.execute(call);
        },
      },
    );
    const socket = rawSocket(served.url);
    socket.write(pipeline);
    await until('all are at the function', () => served.fn.open() === ids.length);
    socket.destroy();
    await until('the server has noticed', () => callers.every(({ aborted }) => aborted));
    respond();
    expect(await settled(served.core)).toMatchObject(
      ids.map((requestId) => ({ requestId, events: 'started responded ended', outcome: 'abandoned' })),
    );
  });
});
