import { expect, test } from 'vitest';
import { rawSocket } from '../../helpers/raw.ts';
import { until } from '../../helpers/until.ts';
import { settled } from '../call/settled.ts';
import { path, serveCore } from './serve.ts';

/** A contract whose problem is larger than the request that it refuses. */
const names = Array.from({ length: 20 }, (_, index) => `${index}_${'long_name_'.repeat(20)}`);
const row = { timeout_seconds: 1, request_schema: { type: 'object', required: names } };
const request = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}`;

test('a caller that reads none of its problems is cut off, and its calls do not stay in flight', async () => {
  await using served = await serveCore((_, response) => response.end('{}'), { row });
  const { core, observations } = served;
  const socket = rawSocket(served.url).pause();
  let sent = 0;
  await until('one of its calls is cut off', () => {
    const ended = observations.filter(({ kind }) => kind === 'call_ended');
    if (ended.length === sent) {
      socket.write(request.repeat(10));
      sent += 10;
    }
    return ended.some((each) => each.kind === 'call_ended' && each.outcome === 'cut');
  });
  await until('nothing is in flight', () => core.held().inFlight === 0);
  const reported = await settled(core);
  expect(reported.some(({ outcome, status }) => outcome === 'cut' && status === 422)).toBe(true);
  expect(served.fn.calls()).toBe(0);
  socket.destroy();
});
