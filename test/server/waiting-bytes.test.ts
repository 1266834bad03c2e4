import { expect, test } from 'vitest';
import { createBufferBudget, shareOf } from '../../src/dynamic/call/limits/buffer-budget.ts';
import { createWaitingBytes } from '../../src/server/connections/waiting-bytes.ts';
import { rawSocket } from '../helpers/raw.ts';
import { until } from '../helpers/until.ts';
import { servePlain } from './serve-plain.ts';

const response = Buffer.alloc(32 * 1024 * 1024);
const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

test('what a caller does not read is counted until it leaves', async () => {
  const budget = createBufferBudget(2 * response.byteLength);
  const countWaiting = createWaitingBytes(budget);
  await using served = await servePlain((_, outgoing) => {
    outgoing.end(response);
    countWaiting(outgoing);
  });
  const socket = rawSocket(served.url).pause();
  socket.write(request);
  await until('it is counted', () => budget.held() > 0);
  socket.destroy();
  await until('it is given back', () => budget.held() === 0);
});

test('a caller that does not read is cut off where the budget has no room', async () => {
  const budget = createBufferBudget(2 * response.byteLength);
  const countWaiting = createWaitingBytes(shareOf(budget, 1_000));
  await using served = await servePlain((_, outgoing) => {
    outgoing.end(response);
    countWaiting(outgoing);
  });
  const socket = rawSocket(served.url).pause();
  socket.write(request);
  const { promise: isCut, resolve } = Promise.withResolvers<void>();
  const reading = setInterval(() => {
    // The end of a paused connection is seen by reading it.
    if (budget.held() === 0) socket.resume();
  }, 1_000);
  socket.once('close', () => resolve());
  await isCut;
  clearInterval(reading);
  expect(socket.bytesRead).toBeLessThan(response.byteLength);
  expect(budget.held()).toBe(0);
});

test('a share leaves the rest of its budget to others', () => {
  const budget = createBufferBudget(100);
  const share = shareOf(budget, 50);
  expect([share.take(50), share.take(1), budget.take(50), budget.take(1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  share.giveBack(50);
  expect([share.held(), budget.held()]).toEqual([0, 50]);
});
