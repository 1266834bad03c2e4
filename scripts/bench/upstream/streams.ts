import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Part } from '../part.ts';
import { probed, readingOf } from '../readings.ts';
import { startReplica } from '../replica.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { insertRows } from '../rows.ts';
import type { Workbench } from '../workbench.ts';
import { functionPath, functionRows } from './function-rows.ts';
import { checksum, patternOf } from './pattern.ts';
import { startStandIn } from './stand-in.ts';

const mebibyte = 1024 * 1024;
const capMebibytes = 256;
/** The part of the limit that V8 gets; buffers are outside of it, so the result is the peak RSS of the process. */
const heapMebibytes = 128;
const transferMs = 300_000;

type Transfer = Readonly<{ title: string; name: string; isUpload: boolean; withLength: boolean }>;

const transfers: readonly Transfer[] = [
  { title: 'upload', name: 'upload', isUpload: true, withLength: true },
  { title: 'upload, chunked', name: 'upload', isUpload: true, withLength: false },
  { title: 'upload, function begins to read 3 s late', name: 'late', isUpload: true, withLength: true },
  { title: 'download', name: 'download', isUpload: false, withLength: false },
];

const Transferred = z.object({
  status: z.number(),
  responseBody: z.unknown(),
  bytes: z.number(),
  sha256: z.string(),
  seconds: z.number(),
});
const Sum = z.object({ bytes: z.number(), sha256: z.string() });

/** 1 GiB each way through a process that may have 256 MiB, each through a process of its own. */
export const streams: Part = async (bench, isQuick) => {
  const bytes = isQuick ? 64 * mebibyte : 1024 * mebibyte;
  const databaseUrl = await bench.createDatabase('streams');
  const timeoutSeconds = 600;
  await insertRows(databaseUrl, [
    ...functionRows('upload', { path: '/checksum/0', timeoutSeconds }),
    ...functionRows('late', { path: '/checksum/3000', timeoutSeconds }),
    ...functionRows('download', { path: `/bytes/${bytes}`, timeoutSeconds }),
  ]);
  const sum = checksum();
  for (const chunk of patternOf(bytes)) sum.add(chunk);
  const { sha256 } = sum.result();
  await using standIn = await startStandIn(bench);
  const lines: Line[] = [];
  const figures: Figure[] = [];
  for (const transfer of transfers) {
    progress(`streams: ${transfer.title}, ${bytes / mebibyte} MiB`);
    const { peakRss, outcome, seconds } = await pass(bench, transfer, {
      databaseUrl,
      bytes,
      sha256,
      origin: standIn.origin,
    });
    const rate = bytes / mebibyte / seconds;
    const peak = peakRss / mebibyte;
    lines.push({ transfer: transfer.title, outcome, seconds, 'MiB/s': rate, 'peak RSS MiB': peak });
    figures.push({ what: `${transfer.title}: peak RSS`, measured: peak, limit: capMebibytes, unit: 'MiB' });
    const damaged = outcome === 'complete' ? 0 : 1;
    figures.push({ what: `${transfer.title}: not whole`, measured: damaged, limit: 0, unit: '' });
  }
  return { tables: [{ title: `Streams of ${bytes / mebibyte} MiB`, lines }], figures };
};

type Passage = Readonly<{ databaseUrl: string; bytes: number; sha256: string; origin: string }>;

async function pass(
  bench: Workbench,
  { name, isUpload, withLength }: Transfer,
  { databaseUrl, bytes, sha256, origin }: Passage,
): Promise<Readonly<{ peakRss: number; outcome: string; seconds: number }>> {
  await using replica = await startReplica(bench, {
    databaseUrl,
    name: `streams-${name}`,
    env: { UPSTREAM_CONNECT_TO: origin, MAX_BODY_BYTES: String(2 ** 31) },
    execArgv: [...probed, `--max-old-space-size=${heapMebibytes}`],
  });
  const upload = isUpload ? bytes : 0;
  const settings = { url: replica.url, path: functionPath(name), upload, withLength };
  const child = bench.children.start(join(import.meta.dirname, 'transfer-child.ts'), { settings });
  const { status, responseBody, seconds, ...ours } = await messageOf(child, Transferred, transferMs);
  if (replica.child.exitCode !== null || replica.child.signalCode !== null) {
    return { peakRss: Number.NaN, outcome: 'the process ended', seconds: Number.NaN };
  }
  const { peakRss } = await readingOf(replica.child, 'read');
  const theirs = Sum.safeParse(responseBody).data;
  const sums = isUpload ? [ours, theirs] : [ours];
  const isWhole = sums.every((found) => found?.sha256 === sha256 && found.bytes === bytes);
  const outcome =
    status === 200 && isWhole ? 'complete' : `${status} ${JSON.stringify(responseBody)}`.slice(0, 80);
  return { peakRss, outcome, seconds };
}
