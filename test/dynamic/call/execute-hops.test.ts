import { describe, expect, test } from 'vitest';
import type { Hop } from '../../../src/modal/hop.ts';
import { logFields } from '../../../src/observability/log-line.ts';
import { respondJson, type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { callOf, createCore, routeOf, take, type TestCore } from './calls.ts';
import { settled } from './settled.ts';
import { startCore } from './start-core.ts';

const secret = '__modal_function_call_id=fc-secret';
const host = 'demodata--app-echo.modal.run';

/** A call that gets so many 303s and then by its result; `seen` are the requests. */
function chain(redirects: number, at = `/?${secret}`) {
  const seen: string[] = [];
  const script: Script = async (call, response, request) => {
    seen.push(lineOf(request));
    if (call < redirects) response.writeHead(303, { location: `${at}&hop=${call + 1}` }).end();
    else await respondJson(response, request);
  };
  return { seen, script };
}

const lineOf = ({ method, url, headers }: Parameters<Script>[2]) =>
  `${method} ${url} ${headers['content-type'] ?? '-'} ${headers['content-length'] ?? '-'}`;

function hopsOf(core: TestCore): readonly Hop[] {
  return core.observations.flatMap((seen) => (seen.kind === 'call_redirected' ? [seen.hop] : []));
}

describe('a 303 chain', () => {
  test('is followed by GETs without a body, and each hop is reported before it is followed', async () => {
    const { seen, script } = chain(3);
    const reported: number[] = [];
    const observed: { core?: TestCore } = {};
    await using started = await startCore((call, response, request) => {
      if (observed.core !== undefined) reported.push(hopsOf(observed.core).length);
      return script(call, response, request);
    });
    const { core } = started;
    observed.core = core;
    expect(await take(await core.execute(callOf(routeOf())))).toMatchObject({ status: 200 });
    expect(seen).toEqual([
      'POST / application/json 2',
      ...[1, 2, 3].map((hop) => `GET /?${secret}&hop=${hop} - -`),
    ]);
    expect(reported).toEqual([0, 1, 2, 3]);
    expect(hopsOf(core)).toEqual([1, 2, 3].map((hop) => ({ host, target: `/?${secret}&hop=${hop}` })));
    expect(await settled(core)).toMatchObject([
      {
        events: 'started redirected redirected redirected responded ended',
        outcome: 'whole',
        status: 200,
        attempts: 1,
      },
    ]);
  });

  test('is gone on with by another process from any of its hops, without a new POST', async () => {
    const { seen, script } = chain(2);
    await using fn = await startScriptedFunction((call, response, request) =>
      call === 1 ? undefined : script(call, response, request),
    );
    await using dying = createCore({ connectTo: fn.origin });
    const caller = new AbortController();
    const call = callOf(routeOf());
    const result = dying.execute(call, caller.signal);
    const hop = await until('the first hop is reported', () => hopsOf(dying)[0]);
    await until('it is being followed', () => fn.calls() === 2);
    caller.abort();
    expect((await result).kind).toBe('abandoned');

    await using next = createCore({ connectTo: fn.origin });
    const resumed = await take(await next.execute({ ...call, requestId: 'resumed', resume: hop }));
    expect(resumed).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(seen.map((line) => line.split(' ')[0])).toEqual(['POST', 'GET']);
    expect(await settled(dying)).toMatchObject([
      { events: 'started redirected ended', outcome: 'abandoned', attempts: 1 },
    ]);
    expect(await settled(next)).toMatchObject([{ requestId: 'resumed', outcome: 'whole', attempts: 1 }]);
  });

  test('that is resumed at a hop which leads on is followed to its end', async () => {
    const { seen, script } = chain(2);
    await using started = await startCore(script);
    const resume = { host, target: `/?${secret}&hop=0` };
    const result = await take(await started.core.execute(callOf(routeOf(), { resume })));
    expect(result).toMatchObject({ status: 200 });
    expect(seen).toEqual([0, 1, 2].map((hop) => `GET /?${secret}&hop=${hop} - -`));
    expect(await settled(started.core)).toMatchObject([
      { events: 'started redirected redirected responded ended', outcome: 'whole' },
    ]);
  });

  test('is not resumed at a hop of another host', async () => {
    await using started = await startCore(() => undefined);
    const resume = { host: 'evil--app-echo.modal.run', target: `/?${secret}` };
    const result = await take(await started.core.execute(callOf(routeOf(), { resume })));
    expect([result.body, started.fn.calls()]).toEqual(['upstream_redirected', 0]);
    expect(await settled(started.core)).toMatchObject([{ outcome: 'refused', status: 502 }]);
  });

  test.each(['https://evil.modal.run/', 'http://demodata--app-echo.modal.run/', '//evil.example/x', ''])(
    'is not followed to %s, and no hop is reported',
    async (location) => {
      await using started = await startCore((_, response) => response.writeHead(303, { location }).end());
      const result = await take(await started.core.execute(callOf(routeOf({ idempotent: true }))));
      expect([result.body, started.fn.calls()]).toEqual(['upstream_redirected', 1]);
      expect(hopsOf(started.core)).toEqual([]);
      expect(await settled(started.core)).toMatchObject([{ outcome: 'refused', status: 502, attempts: 1 }]);
    },
  );

  test('is cut short by the deadline, and by a caller that leaves', async () => {
    await using started = await startCore((call, response) => {
      if (call % 2 === 0) response.writeHead(303, { location: `/?${secret}` }).end();
    });
    const { core, fn } = started;
    const quick = { ...routeOf(), timeoutSeconds: 1 };
    const late = await take(await core.execute(callOf(quick, { requestId: 'late' })));
    expect(late.body).toBe('deadline_exceeded');
    const caller = new AbortController();
    const left = core.execute(callOf(routeOf(), { requestId: 'left' }), caller.signal);
    await until('the second call is at its hop', () => fn.calls() === 4);
    caller.abort();
    expect((await left).kind).toBe('abandoned');
    await until('the function is hung up on', () => fn.open() === 0);
    expect(await settled(core)).toMatchObject([
      { events: 'started redirected responded ended', outcome: 'refused', status: 504 },
      { events: 'started redirected ended', outcome: 'abandoned', status: 499 },
    ]);
  });

  test('is a secret: neither a log line, nor a problem, nor any other event holds where it leads', async () => {
    await using started = await startCore((call, response) => {
      if (call === 0) response.writeHead(303, { location: `/?${secret}` }).end();
      else response.socket?.resetAndDestroy();
    });
    const { core } = started;
    const result = await core.execute(callOf(routeOf()));
    expect(result.kind).toBe('problem');
    expect(JSON.stringify(result)).not.toContain('fc-secret');
    await take(result);
    expect(await settled(core)).toMatchObject([{ outcome: 'refused', status: 502 }]);
    const lines = core.observations.map((seen) => JSON.stringify(logFields(seen)));
    expect(lines.join('\n')).not.toContain('fc-secret');
    const others = core.observations.filter(({ kind }) => kind !== 'call_redirected');
    expect(JSON.stringify(others)).not.toContain('fc-secret');
  });
});
