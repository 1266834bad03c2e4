import { setTimeout as delay } from 'node:timers/promises';
import { type DocumentTimes, documentTimes, shownTimes } from './document-times.ts';
import { untilInStep } from './in-step.ts';
import { sampleOf } from './samples.ts';
import type { Part } from '../part.ts';
import { probed, readingOf } from '../readings.ts';
import { type Replica, startReplica, statusOf } from '../replica.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { insertRows, plainRows, rowsWithContracts } from '../rows.ts';
import { distributionOf } from '../statistics.ts';
import { query, type Workbench } from '../workbench.ts';

const registries = [
  { name: 'without contracts', id: 'openapi_plain', rowsOf: plainRows },
  { name: 'with contracts', id: 'openapi_contracts', rowsOf: rowsWithContracts },
] as const;

/** So long after a start a replica is at rest, and after a change the document that was asked for is made anew. */
const restMs = 3_000;
const firstLimitMs = 300;
const laterLimitMs = 5;

/** The OpenAPI document: the first of a fresh process, those after it, and those after a change of one row. */
export const openapi: Part = async (bench, isQuick) => {
  const size = isQuick ? { rows: 1_000, processes: 1, times: 2 } : { rows: 10_000, processes: 9, times: 10 };
  const firstLines: Line[] = [];
  const laterLines: Line[] = [];
  const figures: Figure[] = [];
  for (const { name, id, rowsOf } of registries) {
    const databaseUrl = await bench.createDatabase(id);
    await insertRows(databaseUrl, await rowsOf(size.rows));
    const at = { bench, databaseUrl, name: id };
    // Stores the verdicts: the processes after it start as those of a registry that is known.
    await (await atRest(at))[Symbol.asyncDispose]();
    progress(`openapi: ${name}, ${size.processes} first documents`);
    const firsts = await inOrder(size.processes, () => firstOf(at));
    firstLines.push(firstLine(name, firsts));
    const { p50, max } = distributionOf(firsts.map(({ lastByteMs }) => lastByteMs));
    figures.push(
      { what: `first document ${name}, median`, measured: p50, limit: firstLimitMs, unit: 'ms' },
      { what: `first document ${name}, slowest`, measured: max, limit: firstLimitMs, unit: 'ms' },
    );
    progress(`openapi: ${name}, later documents`);
    for (const { what, took, limit } of await laterOf(at, size.times)) {
      laterLines.push(laterLine(`${what}, ${name}`, took));
      const measured = distributionOf(took.map(({ firstByteMs }) => firstByteMs)).p50;
      if (limit !== null) figures.push({ what: `${what}, ${name}: first byte`, measured, limit, unit: 'ms' });
    }
  }
  const shown = 'median (slowest)';
  return {
    tables: [
      {
        title: `First OpenAPI document of ${size.rows} rows, each in a process of its own: ${shown}`,
        lines: firstLines,
      },
      { title: `Later ones: ${shown}`, lines: laterLines },
    ],
    figures,
  };
};

type At = Readonly<{ bench: Workbench; databaseUrl: string; name: string }>;
type First = DocumentTimes & Readonly<{ cpuMs: number; longestDelayMs: number }>;
type Later = Readonly<{ what: string; took: readonly DocumentTimes[]; limit: number | null }>;

async function firstOf(at: At): Promise<First> {
  await using replica = await atRest(at);
  const before = await readingOf(replica.child, 'start');
  const took = await documentTimes(replica.client, 'identity');
  const after = await readingOf(replica.child, 'read');
  return { ...took, cpuMs: after.cpuMs - before.cpuMs, longestDelayMs: after.loop.maxMs };
}

async function laterOf(at: At, times: number): Promise<readonly Later[]> {
  await using replica = await atRest(at);
  const { client } = replica;
  await documentTimes(client, 'gzip');
  await delay(restMs);
  const plain = await inOrder(times, () => documentTimes(client, 'identity'));
  const gzipped = await inOrder(times, () => documentTimes(client, 'gzip'));
  const changed = await inOrder(times, async (nth) => {
    await moveRow(at, client, nth);
    const atOnce = await documentTimes(client, 'identity');
    await moveRow(at, client, times + nth);
    await delay(restMs);
    return { atOnce, renewed: await documentTimes(client, 'identity') };
  });
  return [
    { what: 'again, plain', took: plain, limit: laterLimitMs },
    { what: 'again, gzip', took: gzipped, limit: laterLimitMs },
    { what: 'at once after a change', took: changed.map(({ atOnce }) => atOnce), limit: null },
    {
      what: `${restMs / 1000} s after a change`,
      took: changed.map(({ renewed }) => renewed),
      limit: laterLimitMs,
    },
  ];
}

/** Resolves as the changed row is served: its new path is known then, to be called with another method. */
async function moveRow({ databaseUrl }: At, client: Replica['client'], nth: number): Promise<void> {
  const { path, statement, values } = sampleOf(nth * 2 + 1, 0);
  await query(databaseUrl, statement, values);
  while ((await statusOf(client, 'GET', path)) !== 405) await delay(1);
}

async function atRest({ bench, databaseUrl, name }: At): Promise<Replica> {
  const replica = await startReplica(bench, { databaseUrl, name, execArgv: probed });
  await untilInStep(databaseUrl, 1);
  await delay(restMs);
  return replica;
}

async function inOrder<T>(times: number, work: (nth: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let nth = 0; nth < times; nth += 1) results.push(await work(nth));
  return results;
}

function firstLine(name: string, firsts: readonly First[]): Line {
  const of = (key: Exclude<keyof First, 'bytes'>): string => shownTimes(firsts.map((first) => first[key]));
  return {
    registry: name,
    MB: (firsts[0]?.bytes ?? 0) / 1e6,
    'first byte ms': of('firstByteMs'),
    'last byte ms': of('lastByteMs'),
    'processor ms': of('cpuMs'),
    'longest delay ms': of('longestDelayMs'),
  };
}

function laterLine(what: string, took: readonly DocumentTimes[]): Line {
  return {
    'what, of which rows': what,
    MB: (took[0]?.bytes ?? 0) / 1e6,
    'first byte ms': shownTimes(took.map(({ firstByteMs }) => firstByteMs)),
    'last byte ms': shownTimes(took.map(({ lastByteMs }) => lastByteMs)),
  };
}
