import { expect, test, vi } from 'vitest';
import { createContracts } from '../../../../src/dynamic/contracts/contracts.ts';
import { isCostlyToParse } from '../../../../src/dynamic/contracts/parse-cost.ts';
import { routeOf } from '../../call/calls.ts';

const bytes = 90_000;
const repeated = (text: string, size = bytes): string => text.repeat(size / text.length);
const listOf = (itemOf: (index: number) => string, length: number): string =>
  `[${Array.from({ length }, (_, index) => itemOf(index)).join(',')}]`;

/** Takes 10 ms and more to parse. */
const costly: readonly [what: string, body: string][] = [
  ['open brackets', repeated('[')],
  ['nested lists', repeated('[', bytes / 2) + repeated(']', bytes / 2)],
  ['nested objects', `${repeated('{"":', (bytes * 4) / 5)}1${repeated('}', bytes / 5)}`],
  ['empty objects', listOf(() => '{}', bytes / 3)],
  ['objects with names of their own', listOf((index) => `{"${index.toString(36)}":1}`, bytes / 10)],
  ['brackets at the end', `["${repeated('x', bytes / 2)}",${repeated('[', bytes / 2)}`],
  ['brackets at the beginning', `${repeated('[', bytes / 2)}"${repeated('x', bytes / 2)}"`],
];
/** At most 5. */
const usual: readonly [what: string, body: string][] = [
  ['a long text', JSON.stringify(repeated('x'))],
  ['numbers', listOf(() => '1', bytes / 2)],
  ['texts', listOf(() => '"a"', bytes / 4)],
  ['records', listOf((n) => `{"name":"Ada ${n}","domain":"a${n}.example","size":${n},"ok":true}`, 1_500)],
  ['members', JSON.stringify(Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`member${n}`, n])))],
  ['brackets in 8 KiB', repeated('[', 8 * 1024)],
];
const randoms = [() => 0, () => 0.5, () => 0.999, Math.random];

/** Without threads, what is for one is refused. */
const contracts = createContracts({
  observe: () => undefined,
  now: () => performance.now(),
  nowDate: () => new Date(),
  threads: { threads: 0, maxWaiting: 0, maxWaitingSmall: 0 },
});

/** Whether a body is parsed by this thread. */
async function isParsedHere(body: string): Promise<boolean> {
  using parse = vi.spyOn(JSON, 'parse');
  const caller = { signal: new AbortController().signal };
  await contracts.checkRequest(routeOf({ request_schema: {} }), Buffer.from(body), null, caller);
  return parse.mock.calls.some(([text]) => text === body);
}

test.each(costly)('%s: left to a thread', async (_, body) => {
  for (const random of randoms) expect(isCostlyToParse(Buffer.from(body), random)).toBe(true);
  expect(await isParsedHere(body)).toBe(false);
});

test.each(usual)('%s: parsed on the event loop', async (_, body) => {
  for (const random of randoms) expect(isCostlyToParse(Buffer.from(body), random)).toBe(false);
  expect(await isParsedHere(body)).toBe(true);
});
