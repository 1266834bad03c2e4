import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longestTurnCpuMs } from '../helpers/cpu-time.ts';
import { rawExchange, statusesIn } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { type ScriptedFunction, startScriptedFunction } from '../helpers/scripted-function.ts';

const connections = 4;
const readBytes = 64 * 1024;
const bodyBytes = 4 * 1024 * 1024;
const texts = { type: 'object', properties: { ids: { type: 'array', items: { type: 'string' } } } };
const unions = {
  type: 'object',
  properties: {
    ids: { type: 'array', uniqueItems: true, items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
  },
};
const pathOf = (name: string): string => `/run/companies/demo/${name}/lookup`;
const contractRow = (name: string, schema: unknown) =>
  echoRow({
    workflow_slug: name,
    api_endpoint_url: pathOf(name),
    request_schema: schema,
    contract_mode: 'enforce',
  });

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
const post = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;

let fn: ScriptedFunction;
let rowgate: TestRowgate;
beforeAll(async () => {
  // The simulator reads bodies as JSON, in this thread.
  fn = await startScriptedFunction((_call, response, request) => {
    request.on('end', () => response.end('{}')).resume();
  });
  const rows = Array.from({ length: 100 }, (_, n) =>
    echoRow({ workflow_slug: `w-${n}`, api_endpoint_url: pathOf(`workflow-${n}`) }),
  );
  const checked = [contractRow('texts', texts), contractRow('unions', unions)];
  rowgate = await startRowgate([...rows, ...checked], { UPSTREAM_CONNECT_TO: fn.origin });
});
afterAll(async () => {
  await rowgate.close();
  await fn[Symbol.asyncDispose]();
});

/** The share of all the work that was done in one turn, in which everybody else waited. CPU time: what else runs does not count. */
async function longestShare(work: () => Promise<unknown>): Promise<number> {
  await work();
  const before = process.cpuUsage();
  const longestMs = await longestTurnCpuMs(work);
  const { user, system } = process.cpuUsage(before);
  return longestMs / ((user + system) / 1_000);
}

describe('one connection gets at most 16 responses to 64 KiB of pipelined requests', () => {
  test.each([
    ['for unknown paths', post(pathOf('workflow-x'))],
    ['for unknown paths, without a body', get(pathOf('workflow-x'))],
    ['that are calls', post(pathOf('workflow-1'))],
    ['for listings', get('/api/enrichment/workflows')],
    ['for the audit', get('/api/enrichment/audit')],
    ['for the status', get('/api/enrichment/status')],
    ['for documents', get('/openapi.json')],
    ['for metrics', get('/metrics')],
    ['for an asset', get('/docs/assets/swagger-ui-bundle.js')],
  ])('%s', async (_, request) => {
    const flood = request.repeat(Math.floor(readBytes / request.length));
    const received = await Promise.all(
      Array.from({ length: connections }, () => rawExchange(rowgate.url, flood)),
    );
    for (const responses of received) {
      const count = statusesIn(responses).length;
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(16);
    }
  });
});

describe('no turn of the event loop does a fifth of the work that a large body causes', () => {
  test.each([
    ['numbers where strings are wanted', 'texts', `{"ids":[${'1,'.repeat(bodyBytes / 2 - 8)}1]}`],
    ['nested brackets', 'texts', `{"ids":${'['.repeat(bodyBytes / 2)}`],
    ['a valid body', 'texts', `{"ids":[${'"a",'.repeat(bodyBytes / 4 - 4)}"a"]}`],
    [
      'distinct integers in a union',
      'unions',
      `{"ids":[${Array.from({ length: bodyBytes / 10 }, (__, n) => n).join()}]}`,
    ],
  ])('%s', async (_, name, body) => {
    const head = `POST ${pathOf(name)} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const bytes = Buffer.from(head + body);
    expect(await longestShare(() => rawExchange(rowgate.url, bytes))).toBeLessThan(0.2);
  });
});
