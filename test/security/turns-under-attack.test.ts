import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longestTurnCpuMs } from '../helpers/cpu-time.ts';
import { closed, rawSocket } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';

const connections = 40;
const readBytes = 64 * 1024;
const bodyBytes = 10 * 1024 * 1024;
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

let rowgate: TestRowgate;
beforeAll(async () => {
  const rows = Array.from({ length: 2_000 }, (_, n) =>
    echoRow({ workflow_slug: `w-${n}`, api_endpoint_url: pathOf(`workflow-${n}`) }),
  );
  rowgate = await startRowgate([...rows, contractRow('texts', texts), contractRow('unions', unions)]);
});
afterAll(() => rowgate.close());

/** Sends these bytes at once over each of some connections, and reads whatever comes until they are closed. */
async function attack(bytes: string, count: number): Promise<void> {
  const sockets = Array.from({ length: count }, () => rawSocket(rowgate.url).resume());
  for (const socket of sockets) socket.write(bytes);
  await Promise.all(sockets.map(closed));
}

/** The share of all the work that was done in one turn, in which everybody else waited. CPU time: what else runs does not count. */
async function longestShare(work: () => Promise<void>): Promise<number> {
  await work();
  const before = process.cpuUsage();
  const longestMs = await longestTurnCpuMs(work);
  const { user, system } = process.cpuUsage(before);
  return longestMs / ((user + system) / 1_000);
}

describe('no turn of the event loop does much of the work that', () => {
  test.each([
    ['unknown paths', post(pathOf('workflow-x'))],
    ['unknown paths without a body', get(pathOf('workflow-x'))],
    ['calls', post(pathOf('workflow-1'))],
    ['listings', get('/api/enrichment/workflows')],
    ['audits', get('/api/enrichment/audit')],
    ['the status', get('/api/enrichment/status')],
    ['documents', get('/openapi.json')],
    ['metrics', get('/metrics')],
    ['assets', get('/docs/assets/swagger-ui-bundle.js')],
  ])('requests for %s cause, pipelined on many connections', async (_, request) => {
    const flood = request.repeat(Math.floor(readBytes / request.length));
    expect(await longestShare(() => attack(flood, connections))).toBeLessThan(0.2);
  });

  test.each([
    ['numbers where strings are wanted', 'texts', `{"ids":[${'1,'.repeat(bodyBytes / 2 - 8)}1]}`],
    ['nested brackets', 'texts', `{"ids":${'['.repeat(bodyBytes / 2)}`],
    ['a valid body', 'texts', `{"ids":[${'"a",'.repeat(bodyBytes / 4 - 4)}"a"]}`],
    [
      'distinct integers in a union',
      'unions',
      `{"ids":[${Array.from({ length: 1_000_000 }, (__, n) => n).join()}]}`,
    ],
  ])('10 MB of %s cause', async (_, name, body) => {
    const head = `POST ${pathOf(name)} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    expect(await longestShare(() => attack(head + body, 1))).toBeLessThan(0.2);
  });
});
