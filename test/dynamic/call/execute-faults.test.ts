import { describe, expect, test } from 'vitest';
import { respondJson, type Script } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { callOf, routeOf } from './calls.ts';
import { settled } from './settled.ts';
import { startCore } from './start-core.ts';

const fault = new Error('a bug of ours');
const failing = (): never => {
  throw fault;
};
const ended = { outcome: 'refused', status: 500, code: 'internal_error', responseBytes: 0, error: fault };
const small: Script = (_, response, request) => respondJson(response, request);
/** Larger than is buffered, and without an end. */
const endless: Script = (_, response) => response.write(Buffer.alloc(1024 * 1024));

describe('a fault of ours', () => {
  test('while a request is validated is thrown on, and ends the call before the function is called', async () => {
    await using started = await startCore(small, {
      contracts: { isChecked: () => true, checkRequest: failing },
    });
    const { core, fn } = started;
    const route = routeOf({ max_concurrency: 1 });
    await expect(core.execute(callOf(route))).rejects.toBe(fault);
    expect(await settled(core)).toMatchObject([{ ...ended, events: 'started ended', attempts: 0 }]);
    expect(fn.calls()).toBe(0);
  });

  test.each([
    ['is complete', small],
    ['is still coming', endless],
  ])('while a response is looked at that %s lets go of the function, slot and buffers', async (_, script) => {
    await using started = await startCore(script, { contracts: { responded: failing } });
    const { core, fn } = started;
    const route = routeOf({ max_concurrency: 1 });
    await expect(core.execute(callOf(route, { body: Buffer.from('{"a":1}') }))).rejects.toBe(fault);
    expect(await settled(core)).toMatchObject([{ ...ended, events: 'started ended', attempts: 1 }]);
    await until('no call of the function is open', () => fn.open() === 0);
  });

  test('of a call whose caller has left is not thrown at anybody', async () => {
    const caller = new AbortController();
    await using started = await startCore(small, {
      contracts: {
        isChecked: () => {
          caller.abort();
          throw fault;
        },
      },
    });
    const result = await started.core.execute(callOf(routeOf()), caller.signal);
    expect(result.kind).toBe('abandoned');
    expect(await settled(started.core)).toMatchObject([{ outcome: 'abandoned', status: 499, code: null }]);
  });
});

test('a result that is delivered after its call has ended leaves no timer running', async () => {
  await using started = await startCore(small);
  const { core } = started;
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const result = await core.execute(callOf(routeOf({ timeout_seconds: 3_600 })));
  if (result.kind !== 'response') throw new Error('There is no response.');
  result.delivery.end('whole', 0);
  result.delivery.begin(() => undefined);
  result.delivery.end('cut', 1, fault);
  expect(await settled(core)).toMatchObject([{ outcome: 'whole', responseBytes: 0 }]);
  await until('its timers are gone', () => timers() <= before);
});
