import type { Line, Table } from '../../report.ts';
import { type Median, medianOf } from '../../statistics.ts';
import {
  type Comparison,
  compared,
  comparisons,
  cpuOfBare,
  type Samples,
  throughputOfDirect,
} from '../comparisons.ts';
import type { Sample } from '../measure/sample.ts';
import type { MemoryReading } from '../memory-readings.ts';
import { peerTitles } from '../peers/peers.ts';
import type { Scenario } from '../scenarios.ts';
import { noteOn, percent } from './notes.ts';

/** What was measured in a scenario: medians of the rounds. */
export function scenarioTable(scenario: Scenario, samples: Samples): Table {
  const lines = [...(samples.get(scenario.name) ?? [])].map(([name, rounds]): Line => {
    const median = (measure: 'perSecond' | 'p50Ms' | 'p99Ms'): number =>
      medianOf(rounds.map((sample) => sample[measure])).median;
    const latencies = { 'p50 ms': median('p50Ms'), 'p99 ms': median('p99Ms') };
    if (scenario.isEvents) return { proxy: peerTitles[name], ...latencies };
    const ratio = compared(cpuOfBare(scenario.name, name), samples);
    const ofDirect = compared(throughputOfDirect(scenario.name, name), samples);
    return {
      proxy: peerTitles[name],
      'requests/s': median('perSecond'),
      'of no proxy': ofDirect === null ? '' : percent(ofDirect.median),
      'CPU µs': cpuOf(rounds)?.median ?? '',
      'CPU of bare': ratio === null ? '' : intervalText(ratio, '×'),
      ...latencies,
      failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
      note: scenario.connections === 1 ? '' : noteOn(rounds, ofDirect?.median ?? null),
    };
  });
  return { title: scenario.title, lines };
}

/** CPU time per request, in microseconds; null where it is not known. */
export function cpuOf(rounds: readonly Sample[]): Median | null {
  const known = rounds.map(({ cpuMicros }) => cpuMicros).filter((micros) => micros !== null);
  return known.length === 0 ? null : medianOf(known);
}

/** `1.12 × (1.09–1.15)` */
export function intervalText({ median, low, high }: Median, unit: string): string {
  return `${median.toFixed(2)} ${unit} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** The comparisons that could be made, with the figures that they are to keep to. */
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
        verdict: verdictText(comparison, found.median),
      },
    ];
  });
  return { title: 'Figures', lines };
}

function limitText({ limit }: Comparison, unit: string): string {
  if (limit === undefined) return '';
  return 'atMost' in limit ? `≤ ${limit.atMost} ${unit}` : `≥ ${limit.atLeast} ${unit}`;
}

function verdictText(comparison: Comparison, median: number): string {
  if (comparison.limit === undefined) return '';
  return keepsLimit(comparison, median) ? 'pass' : 'MISS';
}

/** Whether all figures that could be measured are within their limits. */
export function keepsAllLimits(samples: Samples): boolean {
  return comparisons.every((comparison) => {
    const found = compared(comparison, samples);
    return found === null || keepsLimit(comparison, found.median);
  });
}

function keepsLimit({ limit }: Comparison, median: number): boolean {
  if (limit === undefined) return true;
  return 'atMost' in limit ? median <= limit.atMost : median >= limit.atLeast;
}

/** Memory of each proxy over each transport: the most that one of its processes had after its load, and at any time. */
export function memoryTable(readings: readonly MemoryReading[]): Table {
  const processes = Map.groupBy(readings, ({ name, transport }) => `${peerTitles[name]}, ${transport}`);
  const lines = [...processes].map(([proxy, found]): Line => {
    const most = (megabytes: (reading: MemoryReading) => number): number => Math.max(...found.map(megabytes));
    return {
      proxy,
      'at start': found[0]?.idle?.rss ?? '',
      'after load': most(({ loaded }) => loaded.rss),
      'at most': most(({ loaded }) => loaded.peak),
    };
  });
  return { title: 'Memory (RSS), MB', lines };
}
