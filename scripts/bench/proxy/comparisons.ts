import { type Median, medianOf } from '../statistics.ts';
import type { Sample } from './measure/sample.ts';
import type { PeerName } from './peers/peers.ts';

/** Samples by scenario and peer, one each round. */
export type Samples = ReadonlyMap<string, ReadonlyMap<PeerName, readonly Sample[]>>;

/** Two peers of one scenario compared in each round, since what disturbs a machine meets both. */
export type Pair = Readonly<{
  scenario: string;
  peer: PeerName;
  against: PeerName;
  measure: 'cpuMicros' | 'perSecond' | 'p50Ms' | 'p99Ms';
  /** The quotient of the two, or how much more the peer takes, in milliseconds. */
  by: 'ratio' | 'difference';
}>;

/** A full run, or one of a minute. */
export type RunKind = 'full' | 'quick';

export type Limit = Readonly<{ atMost: number } | { atLeast: number }>;

export type Comparison = Pair &
  Readonly<{
    /** Names it in the baseline. */
    name: string;
    title: string;
    limit?: Limit;
    /** Which runs it is alike in from one to the next, so that `--check` can go by it. */
    checkedIn: readonly RunKind[];
  }>;

const always: readonly RunKind[] = ['full', 'quick'];
const inFullRuns: readonly RunKind[] = ['full'];

/** What is compared, and the figures that the project keeps to. */
export const comparisons: readonly Comparison[] = [
  {
    ...cpu('cpu', 'CPU per request, all on', 'plain-small-64', 'rowgate'),
    limit: { atMost: 1.15 },
    checkedIn: always,
  },
  {
    ...cpu('cpu-off', 'CPU per request, keys, contracts and log off', 'plain-small-64', 'rowgate-off'),
    limit: { atMost: 0.95 },
    checkedIn: always,
  },
  {
    ...cpu('cpu-tls', 'CPU per request over TLS, all on', 'tls-small-64', 'rowgate'),
    limit: { atMost: 1.1 },
    checkedIn: always,
  },
  {
    ...cpu('cpu-large', 'CPU per request of 100 KB, all on', 'plain-large-64', 'rowgate'),
    limit: { atMost: 1.1 },
    checkedIn: inFullRuns,
  },
  {
    ...cpu('cpu-10k-routes', '', 'plain-small-64', 'rowgate-10k'),
    title: 'CPU per request, 10,000 routes against 100',
    against: 'rowgate',
    limit: { atMost: 1.03 },
    checkedIn: inFullRuns,
  },
  throughput('throughput', 'bare', { atLeast: 0.85 }),
  throughput('throughput-fastify', 'fastify', { atLeast: 1.3 }),
  added('added-p50', 'latency at 1 connection, p50', 'plain-small-1', 'p50Ms', { atMost: 0.35 }),
  added('added-p99', 'latency at 1 connection, p99', 'plain-small-1', 'p99Ms', { atMost: 2 }),
  // What no proxy made of Node can be below, in the same rounds.
  {
    ...added(
      'added-p99-raw',
      'latency at 1 connection, p99, raw node:http + undici',
      'plain-small-1',
      'p99Ms',
    ),
    peer: 'raw',
  },
  {
    name: 'p99-64',
    title: 'p99 at 64 connections, all on, against bare',
    scenario: 'plain-small-64',
    peer: 'rowgate',
    against: 'bare',
    measure: 'p99Ms',
    by: 'ratio',
    limit: { atMost: 1 },
    checkedIn: [],
  },
  added('added-first-event', 'time to the first event of a stream, p50', 'plain-events', 'p50Ms'),
  {
    ...cpu(
      'cpu-off-tls',
      'CPU per request over TLS, keys, contracts and log off',
      'tls-small-64',
      'rowgate-off',
    ),
    checkedIn: inFullRuns,
  },
  {
    ...cpu('cpu-large-tls', 'CPU per request of 100 KB over TLS, all on', 'tls-large-64', 'rowgate'),
    checkedIn: inFullRuns,
  },
  cpu('cpu-raw', 'CPU per request, raw node:http + undici', 'plain-small-64', 'raw'),
  cpu('cpu-fastify', 'CPU per request, @fastify/http-proxy', 'plain-small-64', 'fastify'),
  cpu('cpu-nginx', 'CPU per request, nginx', 'plain-small-64', 'nginx'),
];

/** @returns null where there are no rounds of both, or what is compared could not be measured. */
export function compared({ scenario, peer, against, measure, by }: Pair, samples: Samples): Median | null {
  const ours = samples.get(scenario)?.get(peer) ?? [];
  const theirs = samples.get(scenario)?.get(against) ?? [];
  const rounds = ours.flatMap((sample, round) => {
    const [value, base] = [sample[measure], theirs[round]?.[measure] ?? null];
    if (value === null || base === null) return [];
    return [by === 'ratio' ? value / base : value - base];
  });
  return rounds.length === 0 ? null : medianOf(rounds);
}

/** CPU time per request of a peer against the one that all are compared with. */
export function cpuOfBare(scenario: string, peer: PeerName): Pair {
  return { scenario, peer, against: 'bare', measure: 'cpuMicros', by: 'ratio' };
}

/** Throughput of a peer against that of the functions without a proxy. */
export function throughputOfDirect(scenario: string, peer: PeerName): Pair {
  return { scenario, peer, against: 'direct', measure: 'perSecond', by: 'ratio' };
}

function cpu(name: string, what: string, scenario: string, peer: PeerName): Comparison {
  return { ...cpuOfBare(scenario, peer), name, title: `${what}, against bare`, checkedIn: [] };
}

function throughput(name: string, against: PeerName, limit: Limit): Comparison {
  return {
    name,
    title: `throughput, all on, against ${against}`,
    scenario: 'plain-small-64',
    peer: 'rowgate',
    against,
    measure: 'perSecond',
    by: 'ratio',
    limit,
    checkedIn: inFullRuns,
  };
}

function added(
  name: string,
  what: string,
  scenario: string,
  measure: 'p50Ms' | 'p99Ms',
  limit?: Limit,
): Comparison {
  return {
    name,
    title: `added ${what}`,
    scenario,
    peer: 'rowgate',
    against: 'direct',
    measure,
    by: 'difference',
    ...(limit && { limit }),
    checkedIn: [],
  };
}
