import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Median } from '../../statistics.ts';
import { compared, comparisons, type RunKind, type Samples } from '../comparisons.ts';

const Ratio = z.object({ median: z.number(), low: z.number(), high: z.number() });
const Run = z.object({
  date: z.string(),
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Medians of the rounds with their intervals, by the name of the comparison. */
  ratios: z.record(z.string(), Ratio),
});
const Baseline = z.partialRecord(z.enum(['full', 'quick']), Run);

/** What one run found. A quick run is compared with a quick one: it measures code that is not as warm. */
export type BaselineRun = Readonly<z.output<typeof Run>>;

/** @returns undefined where none was committed. */
export async function readBaseline(file: string, kind: RunKind): Promise<BaselineRun | undefined> {
  return (await readAll(file))[kind];
}

/** Writes one run and keeps the other. */
export async function writeBaseline(file: string, kind: RunKind, run: BaselineRun): Promise<void> {
  const all = { ...(await readAll(file)), [kind]: run };
  await writeFile(file, `${JSON.stringify(all, null, 2)}\n`);
}

/** All comparisons that these samples allow, to three decimals. */
export function ratiosOf(samples: Samples): BaselineRun['ratios'] {
  return Object.fromEntries(
    comparisons.flatMap((comparison) => {
      const found = compared(comparison, samples);
      return found === null ? [] : [[comparison.name, rounded(found)]];
    }),
  );
}

function rounded({ median, low, high }: Median): Median {
  const [m = 0, l = 0, h = 0] = [median, low, high].map((value) => Math.round(value * 1000) / 1000);
  return { median: m, low: l, high: h };
}

async function readAll(file: string): Promise<z.output<typeof Baseline>> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Baseline.parse(content);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
