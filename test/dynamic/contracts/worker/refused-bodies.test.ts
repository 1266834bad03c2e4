import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { respondJson, type Script } from '../../../helpers/scripted-function.ts';
import { callOf, routeOf, take } from '../../call/calls.ts';
import { settled } from '../../call/settled.ts';
import { startCore } from '../../call/start-core.ts';

const small: Script = (_, response, request) => respondJson(response, request);
const body = Buffer.from(JSON.stringify('x'.repeat(200_000)));
const filename = fileURLToPath(new URL('odd-worker.ts', import.meta.url));
/** The thread does what the title says in place of validating. */
const rowOf = (contract_mode: string, title: string) => routeOf({ request_schema: { title }, contract_mode });

describe('a large body whose thread ends', () => {
  test('is refused in mode enforce, and the function is not called', async () => {
    await using started = await startCore(small, { threads: { filename } });
    const { core, fn } = started;
    const result = await core.execute(callOf(rowOf('enforce', 'exit'), { body }));
    expect(result).toMatchObject({
      kind: 'problem',
      problem: { code: 'validation_unavailable', headers: { 'retry-after': '1' } },
    });
    if (result.kind === 'problem') await take(result);
    expect(fn.calls()).toBe(0);
    expect(await settled(core)).toMatchObject([{ status: 503, attempts: 0, error: expect.any(Error) }]);
  });

  test('goes through in mode report, and is counted as unchecked', async () => {
    await using started = await startCore(small, { threads: { filename } });
    const { core } = started;
    expect(await take(await core.execute(callOf(rowOf('report', 'exit'), { body })))).toMatchObject({
      status: 200,
    });
    expect(core.observations.map(({ kind }) => kind)).toContain('request_unchecked');
    expect(await settled(core)).toMatchObject([{ outcome: 'whole' }]);
  });
});

test('a caller that leaves while its body is validated ends the validation, and the function is not called', async () => {
  await using started = await startCore(small, { threads: { filename, threads: 1 } });
  const { core, fn } = started;
  const caller = new AbortController();
  const spinning = core.execute(callOf(rowOf('enforce', 'spin'), { body }), caller.signal);
  const next = core.execute(callOf(rowOf('enforce', 'validate'), { body, requestId: 'req-2' }));
  caller.abort();
  expect((await spinning).kind).toBe('abandoned');
  expect(await take(await next)).toMatchObject({ status: 200 });
  expect(fn.calls()).toBe(1);
  await settled(core);
});

test('a large body for which no thread comes free is refused', async () => {
  await using started = await startCore(small, { threads: { filename, threads: 1, maxWaiting: 0 } });
  const { core } = started;
  const caller = new AbortController();
  const spinning = core.execute(callOf(rowOf('enforce', 'spin'), { body }), caller.signal);
  const refused = await take(
    await core.execute(callOf(rowOf('enforce', 'validate'), { body, requestId: 'req-2' })),
  );
  expect(refused.body).toBe('validation_unavailable');
  caller.abort();
  expect((await spinning).kind).toBe('abandoned');
  await settled(core);
});
