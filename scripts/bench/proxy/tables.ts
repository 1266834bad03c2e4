import type { Line, Table } from '../report.ts';
import { type Median, medianOf } from '../statistics.ts';
import { type Comparison, compared, comparisons, type Samples } from './comparisons.ts';
import { notesOn } from './disturbances.ts';
import { memoryMb, type Sample } from './measure/sample.ts';
import { type PeerName, peerTitles } from './peers/peers.ts';
import type { RunningPeer } from './running.ts';
import type { Scenario } from './scenarios.ts';

/** What was measured in a scenario: medians of the rounds. */
export function scenarioTable(scenario: Scenario, samples: Samples): Table {
  const found = samples.get(scenario.name) ?? new Map<PeerName, readonly Sample[]>();
  const lines = [...found].map(([name, rounds]): Line => {
    const median = (measure: 'perSecond' | 'p50Ms' | 'p99Ms'): number =>
      medianOf(rounds.map((sample) => sample[measure])).median;
    const latencies = { 'p50 ms': median('p50Ms'), 'p99 ms': median('p99Ms') };
    if (scenario.isEvents) return { proxy: peerTitles[name], ...latencies };
    return {
      proxy: peerTitles[name],
      'requests/s': median('perSecond'),
      'CPU µs': cpuText(rounds),
      'CPU of bare': ratioText(ofBare(scenario.name, name), samples),
      ...latencies,
      failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
      note: notesOn(rounds, found.get('direct') ?? [], scenario.connections),
    };
  });
  return { title: scenario.title, lines };
}

function ofBare(scenario: string, peer: PeerName): Parameters<typeof compared>[0] {
  return { scenario, peer, against: 'bare', measure: 'cpuMicros', by: 'ratio', isStable: true };
}

function cpuText(rounds: readonly Sample[]): number | string {
  const known = rounds.flatMap(({ cpuMicros }) => (cpuMicros === null ? [] : [cpuMicros]));
  return known.length === 0 ? '' : medianOf(known).median;
}

function ratioText(comparison: Parameters<typeof compared>[0], samples: Samples): string {
  const ratio = compared(comparison, samples);
  return ratio === null ? '' : intervalText(ratio, '×');
}

/** `1.12 × (1.09–1.15)` */
export function intervalText({ median, low, high }: Median, unit: string): string {
  return `${median.toFixed(2)} ${unit} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** The comparisons that were made, with their figures. */
export function figuresTable(samples: Samples): Table {
  const lines = comparisons.flatMap((comparison): readonly Line[] => {
    const found = compared(comparison, samples);
    if (found === null) return [];
    const unit = comparison.by === 'ratio' ? '×' : 'ms';
    return [
      {
        figure: comparison.title,
        measured: intervalText(found, unit),
        limit: limitText(comparison, unit),
        verdict: verdictOn(comparison, found.median),
      },
    ];
  });
  return { title: 'Figures', lines };
}

function limitText({ atMost, atLeast }: Comparison, unit: string): string {
  if (atMost !== undefined) return `≤ ${atMost} ${unit}`;
  return atLeast === undefined ? '' : `≥ ${atLeast} ${unit}`;
}

function verdictOn({ atMost, atLeast }: Comparison, median: number): string {
  if (atMost === undefined && atLeast === undefined) return '';
  return median <= (atMost ?? Number.POSITIVE_INFINITY) && median >= (atLeast ?? 0) ? 'pass' : 'MISS';
}

/** Memory of the processes that were measured, in MB. */
export async function memoryTable(running: readonly RunningPeer[]): Promise<Table> {
  const lines: Line[] = [];
  for (const { name, transport, peer, idleMb } of running) {
    const memory = await memoryMb(peer.pid);
    if (memory === null) continue;
    const { rss, peak } = memory;
    lines.push({
      proxy: `${peerTitles[name]}, ${transport}`,
      'RSS at start': idleMb ?? '',
      'RSS after load': rss,
      'RSS at most': peak,
    });
  }
  return { title: 'Memory, MB', lines };
}
