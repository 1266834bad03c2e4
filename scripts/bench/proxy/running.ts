import { progress } from '../report.ts';
import type { Transport } from './functions/functions.ts';
import { type Memory, memoryOf } from './measure/memory.ts';
import type { Peer } from './peers/peer.ts';
import { type PeerName, peerNames, startPeer } from './peers/peers.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

export type RunningPeer = Readonly<{
  name: PeerName;
  transport: Transport;
  peer: Peer;
  /** Just after the start; null where it is not known. */
  idle: Memory | null;
}>;

/** All peers that scenarios need. Those of them that this machine does not have are missing. */
export type Running = Readonly<{
  all: readonly RunningPeer[];
  of: (scenario: Scenario) => readonly RunningPeer[];
}>;

/** Starts each peer that a scenario names, once for each transport, all at once. */
export async function startPeers(
  stage: Stage,
  scenarios: readonly Scenario[],
  opened: AsyncDisposableStack,
): Promise<Running> {
  const wanted = (['plain', 'tls'] as const).flatMap((transport) => {
    const needed = scenarios.filter((scenario) => scenario.transport === transport);
    const names = new Set(needed.flatMap(({ peers }) => peers));
    return peerNames.filter((name) => names.has(name)).map((name) => ({ name, transport }));
  });
  progress(`start: ${wanted.map(({ name, transport }) => `${name} (${transport})`).join(', ')}`);
  // Settled, so that all that did start is known before one that failed ends the run.
  const started = await Promise.allSettled(
    wanted.map(async ({ name, transport }): Promise<readonly RunningPeer[]> => {
      const peer = await startPeer[name](stage, transport);
      if (peer === null) return [];
      return [{ name, transport, peer: opened.use(peer), idle: await memoryOf(peer.pid) }];
    }),
  );
  const all = started.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return {
    all,
    of: ({ transport, peers }) =>
      all.filter((running) => running.transport === transport && peers.includes(running.name)),
  };
}
