import { describe, expect, test } from 'vitest';
import type { Call } from '../../../src/dynamic/call/call.ts';
import type { Delivery } from '../../../src/dynamic/call/call-result.ts';
import { deadlinePassed } from '../../../src/dynamic/call/call-clock.ts';
import { respondJson, type Script } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { callOf, routeOf, type TestCore } from './calls.ts';
import { settled } from './settled.ts';
import { startCore } from './start-core.ts';

/** A deadline that a test need not wait for. */
const quick = { ...routeOf(), timeoutSeconds: 0.05 };
const json: Script = (_, response, request) => respondJson(response, request);
const contract = { type: 'object', required: ['domain'] };

/** A result whose caller does not read it: waits until it is cut. */
async function cutOf(delivery: Delivery): Promise<unknown> {
  const cuts: unknown[] = [];
  delivery.begin((reason) => cuts.push(reason));
  await until('the delivery is cut', () => cuts.length > 0);
  delivery.end('cut', 0, cuts[0]);
  return cuts[0];
}

async function deliveryOf(core: TestCore, call: Call): Promise<Delivery> {
  const result = await core.execute(call);
  if (result.kind === 'abandoned') throw new Error('There is nothing to deliver.');
  return result.delivery;
}

describe('a caller that does not read is cut off, and holds nothing longer than its deadline, where it was sent', () => {
  test('a complete response', async () => {
    await using started = await startCore(json);
    const delivery = await deliveryOf(started.core, callOf(routeOf({ timeout_seconds: 2 })));
    expect(await cutOf(delivery)).toBe(deadlinePassed);
    expect(await settled(started.core)).toMatchObject([
      { outcome: 'cut', status: 200, error: deadlinePassed },
    ]);
  });

  test('a refusal that came before its deadline began to run', async () => {
    await using started = await startCore(json);
    const route = { ...quick, requestSchema: contract };
    const delivery = await deliveryOf(started.core, callOf(route));
    expect(await cutOf(delivery)).toBe(deadlinePassed);
    expect(await settled(started.core)).toMatchObject([
      { outcome: 'cut', status: 422, code: 'invalid_request_body' },
    ]);
  });

  test('the 504 of a deadline that has passed', async () => {
    await using started = await startCore(() => undefined);
    const delivery = await deliveryOf(started.core, callOf(quick));
    expect(await cutOf(delivery)).toBe(deadlinePassed);
    expect(await settled(started.core)).toMatchObject([
      { outcome: 'cut', status: 504, code: 'deadline_exceeded' },
    ]);
  });
});
