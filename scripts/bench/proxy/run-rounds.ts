import { progress } from '../report.ts';
import type { Samples } from './comparisons.ts';
import { firstByteMs } from './measure/first-byte.ts';
import { type Sample, takeSample } from './measure/sample.ts';
import { verify } from './measure/verify.ts';
import type { PeerName } from './peers/peers.ts';
import type { Running } from './running.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';
import { distributionOf } from '../statistics.ts';

export type RoundsPlan = Readonly<{
  scenarios: readonly Scenario[];
  seconds: number;
  /** Asked before each round; the time is what a round takes. */
  wantsAnother: (roundsMade: number, roundMs: number) => boolean;
  signal: AbortSignal;
}>;

const eventStreams = 20;

/**
 * Measures all peers of all scenarios in turn, round by round, so that what disturbs the machine meets all alike. Each is
 * verified and warmed up before, for as long as one measurement takes.
 */
export async function runRounds(stage: Stage, running: Running, plan: RoundsPlan): Promise<Samples> {
  const samples = new Map<string, Map<PeerName, Sample[]>>();
  const startedAt = performance.now();
  for (const scenario of plan.scenarios) {
    samples.set(scenario.name, new Map());
    for (const { name, peer } of running.of(scenario)) {
      plan.signal.throwIfAborted();
      progress(`warm-up: ${scenario.name}, ${name}`);
      if (!scenario.isEvents) await verify(stage, peer, scenario.size);
      await measure(name, scenario);
    }
  }
  let roundMs = performance.now() - startedAt;
  for (let round = 0; plan.wantsAnother(round, roundMs); round += 1) {
    const roundStartedAt = performance.now();
    for (const scenario of plan.scenarios) {
      const found = samples.get(scenario.name);
      for (const { name } of turned(running.of(scenario), round)) {
        plan.signal.throwIfAborted();
        progress(`round ${round + 1}: ${scenario.name}, ${name}`);
        found?.set(name, [...(found.get(name) ?? []), await measure(name, scenario)]);
      }
    }
    roundMs = performance.now() - roundStartedAt;
  }
  return samples;

  async function measure(name: PeerName, scenario: Scenario): Promise<Sample> {
    const { peer } = running.of(scenario).find((found) => found.name === name) ?? {};
    if (peer === undefined) throw new Error(`${name} does not run.`);
    const { transport, size, connections } = scenario;
    if (scenario.isEvents) return eventsSample(await firstByteMs(stage, peer, eventStreams));
    const label = `${name}-${transport}-${size}`;
    return takeSample(stage, peer, { name: label, size, connections, seconds: plan.seconds });
  }
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
