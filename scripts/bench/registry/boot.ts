import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bootTimes } from './boot-times.ts';
import { openGate } from './gate.ts';
import { heapOf } from './heap.ts';
import type { Part } from '../part.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { type BenchRow, insertRows, plainRows, rowsWithContracts } from '../rows.ts';
import { distributionOf } from '../statistics.ts';
import type { Workbench } from '../workbench.ts';

type Registry = Readonly<{ name: string; count: number; hasContracts: boolean }>;

const plain = (count: number): Registry => ({ name: `${count} rows`, count, hasContracts: false });
const registries: readonly Registry[] = [
  plain(100),
  plain(1_000),
  plain(10_000),
  plain(50_000),
  { name: '10000 rows with contracts', count: 10_000, hasContracts: true },
];
const rounds = 5;

/** From spawn to ready, with the database and without it, and the heap that a row takes. */
export const boot: Part = async (bench, isQuick) => {
  const lines: Line[] = [];
  const figures: Figure[] = [];
  const emptyUrl = await bench.createDatabase('boot_0');
  const emptyHeap = await heapOf(bench, emptyUrl, 'boot-heap-0');
  for (const registry of isQuick ? registries.slice(0, 2) : registries) {
    progress(`boot: ${registry.name}`);
    const times = isQuick ? 1 : rounds;
    const { line, measured } = await bootOf(bench, registry, times, emptyHeap);
    lines.push(line);
    figures.push(...figuresOf(registry, measured));
  }
  return { tables: [{ title: 'Boot: spawn to ready, and heap', lines }], figures };
};

async function bootOf(bench: Workbench, registry: Registry, times: number, emptyHeap: number) {
  const { name, count, hasContracts } = registry;
  const id = `boot_${count}${hasContracts ? '_contracts' : ''}`;
  const databaseUrl = await bench.createDatabase(id);
  await insertRows(databaseUrl, await rowsOf(registry));
  await using gate = await openGate(databaseUrl);
  const boots = { url: gate.url, askUrl: databaseUrl, name: id, times };
  // Verdicts are stored here once; the boots after it are those of a registry that is known.
  await bootTimes(bench, { ...boots, times: 1, hasFile: false });
  const up = await bootTimes(bench, { ...boots, hasFile: false });
  const heap = (await heapOf(bench, databaseUrl, `${id}-heap`)) - emptyHeap;
  const heapAfterFile = (await heapOf(bench, databaseUrl, `${id}-heap`)) - emptyHeap;
  const upWithFile = await bootTimes(bench, { ...boots, hasFile: true });
  const { size } = await stat(join(bench.directory, id, 'snapshot.json'));
  gate.mute();
  const mute = await bootTimes(bench, { ...boots, askUrl: null, hasFile: true });
  await gate.shut();
  const down = await bootTimes(bench, { ...boots, askUrl: null, hasFile: true });
  const measured = { upMax: max(up), downMax: max(down), muteMax: max(mute), heapPerRow: heap / count };
  const line = {
    registry: name,
    'ready ms': shown(up),
    'with snapshot file': shown(upWithFile),
    'database refuses': shown(down),
    'database hangs': shown(mute),
    'heap B/row': Math.round(heap / count),
    'after a file': Math.round(heapAfterFile / count),
    'file MB': size / 1e6,
  };
  return { line, measured };
}

type Measured = Awaited<ReturnType<typeof bootOf>>['measured'];

function figuresOf({ name, count, hasContracts }: Registry, measured: Measured): readonly Figure[] {
  const figures: Figure[] = [
    { what: `boot, ${name}, database down`, measured: measured.downMax, limit: 1_000, unit: 'ms' },
    { what: `boot, ${name}, database hangs`, measured: measured.muteMax, limit: 1_000, unit: 'ms' },
  ];
  if (count === 50_000)
    figures.push({ what: `boot, ${name}`, measured: measured.upMax, limit: 3_000, unit: 'ms' });
  if (count >= 10_000 && !hasContracts) {
    figures.push({ what: `heap a row, ${name}`, measured: measured.heapPerRow, limit: 4_096, unit: 'B' });
  }
  return figures;
}

function rowsOf({ count, hasContracts }: Registry): Promise<readonly BenchRow[]> | readonly BenchRow[] {
  return hasContracts ? rowsWithContracts(count) : plainRows(count);
}

function max(values: readonly number[]): number {
  return distributionOf(values).max;
}

/** Median and maximum. */
function shown(values: readonly number[]): string {
  const { p50, max: highest } = distributionOf(values);
  return `${Math.round(p50)} (${Math.round(highest)})`;
}
