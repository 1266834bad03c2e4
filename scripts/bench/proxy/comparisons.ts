import { type Median, medianOf } from '../statistics.ts';
import type { Sample } from './measure/sample.ts';
import type { PeerName } from './peers/peers.ts';

/** Samples by scenario and peer, one each round. */
export type Samples = ReadonlyMap<string, ReadonlyMap<PeerName, readonly Sample[]>>;

/** Two peers compared in each round, since what disturbs a machine meets both. */
export type Comparison = Readonly<{
  /** Names it in the baseline. */
  name: string;
  title: string;
  scenario: string;
  peer: PeerName;
  against: PeerName;
  measure: 'cpuMicros' | 'perSecond' | 'p50Ms' | 'p99Ms';
  /** The quotient of the two, or how much more the peer takes, in milliseconds. */
  by: 'ratio' | 'difference';
  atMost?: number;
  atLeast?: number;
  /** Whether it is alike from run to run, so that `--check` can go by it. */
  isStable: boolean;
}>;

/** What is compared, with the figures to be kept to. */
export const comparisons: readonly Comparison[] = [
  cpu('cpu', 'plain-small-64', 'rowgate', { atMost: 1.15 }),
  cpu('cpu-off', 'plain-small-64', 'rowgate-off', { atMost: 0.95 }),
  cpu('cpu-tls', 'tls-small-64', 'rowgate', { atMost: 1.1 }),
  cpu('cpu-large', 'plain-large-64', 'rowgate', { atMost: 1.1 }),
  {
    ...cpu('cpu-10k-routes', 'plain-small-64', 'rowgate-10k', { atMost: 1.03 }),
    against: 'rowgate',
    title: 'CPU a request, 10,000 routes against 100',
  },
  throughput('throughput', 'bare', 0.85),
  throughput('throughput-fastify', 'fastify', 1.3),
  added('added-p50', 'p50Ms', 0.35),
  added('added-p99', 'p99Ms', 2),
  {
    name: 'p99-64',
    title: 'p99 at 64 connections, Rowgate against bare',
    scenario: 'plain-small-64',
    peer: 'rowgate',
    against: 'bare',
    measure: 'p99Ms',
    by: 'ratio',
    atMost: 1,
    isStable: false,
  },
  {
    ...added('added-first-event', 'p50Ms'),
    title: 'added time to the first event, p50',
    scenario: 'plain-events',
  },
  cpu('cpu-raw', 'plain-small-64', 'raw'),
  cpu('cpu-fastify', 'plain-small-64', 'fastify'),
  cpu('cpu-nginx', 'plain-small-64', 'nginx'),
  cpu('cpu-off-tls', 'tls-small-64', 'rowgate-off'),
  cpu('cpu-large-tls', 'tls-large-64', 'rowgate'),
];

/** @returns null where a round of both peers is missing, or what is compared could not be measured. */
export function compared(
  { scenario, peer, against, measure, by }: Omit<Comparison, 'name' | 'title'>,
  samples: Samples,
): Median | null {
  const [ours, theirs] = [peer, against].map((name) => samples.get(scenario)?.get(name) ?? []);
  const rounds = (ours ?? []).flatMap((sample, round) => {
    const [value, base] = [sample[measure], theirs?.[round]?.[measure] ?? null];
    if (value === null || base === null) return [];
    return [by === 'ratio' ? value / base : value - base];
  });
  return rounds.length === 0 ? null : medianOf(rounds);
}

function cpu(
  name: string,
  scenario: string,
  peer: PeerName,
  limit: Readonly<{ atMost?: number }> = {},
): Comparison {
  return {
    name,
    title: `CPU a request, ${peer} against bare (${scenario})`,
    scenario,
    peer,
    against: 'bare',
    measure: 'cpuMicros',
    by: 'ratio',
    ...limit,
    isStable: true,
  };
}

function throughput(name: string, against: PeerName, atLeast: number): Comparison {
  return {
    name,
    title: `throughput, Rowgate against ${against}`,
    scenario: 'plain-small-64',
    peer: 'rowgate',
    against,
    measure: 'perSecond',
    by: 'ratio',
    atLeast,
    isStable: true,
  };
}

function added(name: string, measure: 'p50Ms' | 'p99Ms', atMost?: number): Comparison {
  return {
    name,
    title: `added latency at 1 connection, ${measure === 'p50Ms' ? 'p50' : 'p99'}`,
    scenario: 'plain-small-1',
    peer: 'rowgate',
    against: 'direct',
    measure,
    by: 'difference',
    ...(atMost === undefined ? {} : { atMost }),
    isStable: false,
  };
}
