import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line, Table } from '../../report.ts';
import type { Samples } from '../comparisons.ts';
import { type PeerName, peerNames, peerTitles } from '../peers/peers.ts';
import { barChart } from './chart.ts';
import { docsSection, withSection } from './docs-section.ts';
import { cpuOf } from './tables.ts';

const docs = join(import.meta.dirname, '..', '..', '..', '..', 'docs');

/** The committed ratios, which --check goes by. */
export const baselineFile = join(docs, 'performance.json');
const documentFile = join(docs, 'performance.md');
const chartFile = join(docs, 'performance.svg');

export type Published = Readonly<{
  /** How it was measured, in a sentence or two. */
  introduction: string;
  tables: readonly Table[];
  samples: Samples;
}>;

/** Writes what was measured into docs/performance.md, with its chart. */
export async function publish({ introduction, tables, samples }: Published): Promise<void> {
  const image = '![CPU time per request, by proxy, over plain HTTP and over TLS](performance.svg)';
  const section = docsSection(`${introduction}\n\n${image}`, tables.map(withoutEmptyColumns));
  const document = await readFile(documentFile, 'utf8');
  await writeFile(documentFile, withSection(document, section));
  await writeFile(chartFile, cpuChart(samples));
}

/** CPU time per request of 1 KB at 64 connections. */
export function cpuChart(samples: Samples): string {
  const cpu = (scenario: string, peer: PeerName) => cpuOf(samples.get(scenario)?.get(peer) ?? []);
  const lines = peerNames.flatMap((peer) => {
    const values = [cpu('plain-small-64', peer), cpu('tls-small-64', peer)];
    if (values.every((value) => value === null)) return [];
    return [{ title: peerTitles[peer], isOurs: peer.startsWith('rowgate'), values }];
  });
  return barChart({
    title: 'CPU time per request (1 KB each way, 64 connections); lower is better',
    unit: 'µs',
    series: ['plain HTTP', 'TLS to the function'],
    lines,
  });
}

function withoutEmptyColumns({ title, lines }: Table): Table {
  const isUsed = (column: string): boolean => lines.some((line) => (line[column] ?? '') !== '');
  return {
    title,
    lines: lines.map(
      (line): Line => Object.fromEntries(Object.entries(line).filter(([column]) => isUsed(column))),
    ),
  };
}
