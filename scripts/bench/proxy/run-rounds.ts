import { progress } from '../report.ts';
import { distributionOf } from '../statistics.ts';
import type { Samples } from './comparisons.ts';
import { firstByteMs } from './measure/first-byte.ts';
import { type Sample, takeSample } from './measure/sample.ts';
import { verify } from './measure/verify.ts';
import type { Peer } from './peers/peer.ts';
import type { PeerName } from './peers/peers.ts';
import type { Running } from './running.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

export type RoundsPlan = Readonly<{
  scenarios: readonly Scenario[];
  /** How long one measurement takes. */
  seconds: number;
  /** Load before each measurement, which is not measured. */
  leadInSeconds: number;
  /** How long each process is warmed up, and again for each further scenario that it is in. */
  warmUpSeconds: Readonly<{ first: number; further: number }>;
  /** Asked before each round; the time is what a round takes. */
  wantsAnother: (roundsMade: number, roundMs: number) => boolean;
  signal: AbortSignal;
}>;

const eventStreams = 20;

/**
 * Measures all peers of all scenarios in turn, round by round, so that what disturbs the machine meets all alike. Each is
 * verified and warmed up before.
 */
export async function runRounds(stage: Stage, running: Running, plan: RoundsPlan): Promise<Samples> {
  await warmUp(stage, running, plan);
  const samples = new Map(plan.scenarios.map(({ name }) => [name, new Map<PeerName, Sample[]>()]));
  for (let round = 0, roundMs = 0; plan.wantsAnother(round, roundMs); round += 1) {
    const startedAt = performance.now();
    for (const scenario of plan.scenarios) {
      const found = samples.get(scenario.name);
      for (const { name, peer } of turned(running.of(scenario), round)) {
        plan.signal.throwIfAborted();
        progress(`round ${round + 1}: ${scenario.name}, ${name}`);
        const sample = await measured(stage, running, { name, peer, scenario, ...plan });
        found?.set(name, [...(found.get(name) ?? []), sample]);
      }
    }
    roundMs = performance.now() - startedAt;
  }
  return samples;
}

async function warmUp(stage: Stage, running: Running, plan: RoundsPlan): Promise<void> {
  const isWarm = new Set<Peer>();
  for (const scenario of plan.scenarios) {
    for (const { name, peer } of running.of(scenario)) {
      plan.signal.throwIfAborted();
      progress(`warm-up: ${scenario.name}, ${name}`);
      if (!scenario.isEvents) await verify(stage, peer, scenario.size);
      const { first, further } = plan.warmUpSeconds;
      const seconds = isWarm.has(peer) ? further : first;
      // Without a proxy there is nothing that has to be compiled first.
      if (seconds > 0 && peer.pid !== null)
        await measured(stage, running, { name, peer, scenario, seconds, leadInSeconds: 0 });
      isWarm.add(peer);
    }
  }
}

type Measurement = Readonly<{
  name: PeerName;
  peer: Peer;
  scenario: Scenario;
  seconds: number;
  leadInSeconds: number;
}>;

async function measured(
  stage: Stage,
  { all }: Running,
  { name, peer, scenario, seconds, leadInSeconds }: Measurement,
): Promise<Sample> {
  const { transport, size, connections, isEvents } = scenario;
  if (isEvents) return eventsSample(await firstByteMs(stage, peer, eventStreams));
  const peerPids = all.map((running) => running.peer.pid).filter((pid) => pid !== null);
  return takeSample(stage, peer, {
    name: `${name}-${transport}-${size}`,
    size,
    connections,
    seconds,
    leadInSeconds,
    peerPids,
  });
}

/** Begins with another one each round, and goes the other way every other round. */
export function turned<T>(items: readonly T[], round: number): readonly T[] {
  const start = round % Math.max(1, items.length);
  const order = [...items.slice(start), ...items.slice(0, start)];
  return round % 2 === 0 ? order : order.toReversed();
}

function eventsSample(tookMs: readonly number[]): Sample {
  const { p50, p99, count } = distributionOf(tookMs);
  const nothing = { cpuMicros: null, proxyShare: null, foreignShare: null, loadShare: null };
  return { requests: count, perSecond: Number.NaN, p50Ms: p50, p99Ms: p99, failed: 0, ...nothing };
}
