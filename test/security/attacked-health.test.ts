import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cpuMsOf, longestTurnCpuMs } from '../helpers/cpu-time.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { type ScriptedFunction, startScriptedFunction } from '../helpers/scripted-function.ts';
import { until } from '../helpers/until.ts';
import type { Attack, AttackOrder, Probes } from './attacker-thread.ts';

const manyRows = 20_000;
const readBytes = 64 * 1024;
const largestBody = 10 * 1024 * 1024;
const smallBody = 90_000;
const pathOf = (name: string): string => `/run/companies/demo/${name}/lookup`;
const texts = { type: 'object', properties: { ids: { type: 'array', items: { type: 'string' } } } };

const pipelined = (request: string, connections = 2, reads = true): Attack => ({
  connections,
  head: '',
  piece: request,
  times: Math.floor(readBytes / request.length),
  tail: '',
  reads,
});
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
const post = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
const closing = 'GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
const chunked: Attack = {
  connections: 10,
  head: `POST ${pathOf('texts')} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  piece: '1\r\n \r\n',
  times: 20_000,
  tail: '2\r\n{}\r\n0\r\n\r\n',
  reads: true,
};
/** A body of one piece, repeated. */
const body = (start: string, piece: string, bytes: number, end: string, connections = 1): Attack => {
  const times = Math.floor((bytes - start.length - end.length) / piece.length);
  const length = start.length + end.length + times * piece.length;
  const head = `POST ${pathOf('texts')} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  return { connections, head: head + start, piece, times, tail: end, reads: true };
};

let fn: ScriptedFunction;
let rowgate: TestRowgate;
let worker: Worker;
beforeAll(async () => {
  fn = await startScriptedFunction((_call, response, request) => {
    request.on('end', () => response.end('{}')).resume();
  });
  const rows = Array.from({ length: manyRows }, (_, n) =>
    echoRow({ workflow_slug: `w-${n}`, api_endpoint_url: pathOf(`workflow-${n}`) }),
  );
  const strict = echoRow({
    workflow_slug: 'texts',
    api_endpoint_url: pathOf('texts'),
    request_schema: texts,
  });
  rowgate = await startRowgate([...rows, strict], { UPSTREAM_CONNECT_TO: fn.origin });
  await until('the start is over', () =>
    rowgate.observations.some(({ kind }) => kind === 'snapshot_file_saved'),
  );
  worker = new Worker(new URL('attacker-thread.ts', import.meta.url));
});
afterAll(async () => {
  await worker.terminate();
  await rowgate.close();
  await fn[Symbol.asyncDispose]();
});

type Reading = Readonly<{ longestMs: number; healthMs: number }>;

/** The longest turn by CPU time of this thread, which does not attack, and the median time of a probe. */
async function watched(attack: Attack | null): Promise<Reading> {
  let probes: Probes = { healthMs: [], statuses: [] };
  const longestMs = await longestTurnCpuMs(async () => {
    const order: AttackOrder = { url: rowgate.url, attack };
    worker.postMessage(order, []);
    [probes] = await once(worker, 'message');
  });
  expect(new Set(probes.statuses)).toEqual(new Set([200]));
  const sorted = probes.healthMs.toSorted((a, b) => a - b);
  return { longestMs, healthMs: sorted[Math.floor(sorted.length / 2)] ?? 0 };
}

const numbers = JSON.stringify(Array.from({ length: 300_000 }, (_, n) => n * 7));
/** What a piece of work that takes some 20 ms takes here and now: the floor, since a quiet turn takes nearly nothing. */
const yardstickMs = (): number => cpuMsOf(() => JSON.stringify(JSON.parse(numbers)));

const tries = 3;

/** How many times longer than allowed the longest turn and the median probe were, in the best of three runs, each beside a quiet one. */
async function excess(attack: Attack): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < tries && least > 1; run += 1) {
    const quiet = await watched(null);
    const floorMs = yardstickMs();
    const attacked = await watched(attack);
    const turns = attacked.longestMs / Math.max(10 * quiet.longestMs, 2 * floorMs);
    const probes = attacked.healthMs / Math.max(10 * quiet.healthMs, 4 * floorMs);
    least = Math.min(least, Math.max(turns, probes));
  }
  return least;
}

test.each<[string, Attack]>([
  ['pipelined unknown paths', pipelined(post(pathOf('workflow-x')))],
  ['pipelined requests for the status', pipelined(get('/api/enrichment/status'))],
  ['pipelined listings of 20,000 rows', pipelined(get('/api/enrichment/workflows?limit=1000'), 1)],
  ['pipelined documents of 20,000 rows', { ...pipelined(get('/openapi.json'), 1), times: 2, tail: closing }],
  ['a body of 10 MB, numbers in place of strings', body('{"ids":[', '1,', largestBody, '1]}')],
  ['a body of 10 MB of brackets', body('{"ids":', '[', largestBody, '')],
  ['twenty bodies of 90 KB of numbers', body('{"ids":[', '1,', smallBody, '1]}', 20)],
  ['twenty bodies of 90 KB of brackets', body('{"ids":', '[', smallBody, '', 20)],
  ['bodies in chunks of one byte', chunked],
  ['connections that read no asset', pipelined(get('/docs/assets/swagger-ui-bundle.js'), 4, false)],
  ['connections that read no response of a call', pipelined(post(pathOf('workflow-1')), 4, false)],
])('/healthz and the event loop hardly notice %s', async (_, attack) => {
  expect(await excess(attack)).toBeLessThanOrEqual(1);
});
