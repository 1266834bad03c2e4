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

/** Starts each peer that a scenario names, once for each transport. */
export async function startPeers(
  stage: Stage,
  scenarios: readonly Scenario[],
  opened: AsyncDisposableStack,
): Promise<Running> {
  const all: RunningPeer[] = [];
  for (const transport of ['plain', 'tls'] as const) {
    const needed = scenarios.filter((scenario) => scenario.transport === transport);
    for (const name of peerNames) {
      if (!needed.some(({ peers }) => peers.includes(name))) continue;
      progress(`start: ${name}, ${transport}`);
      const peer = await startPeer[name](stage, transport);
      if (peer === null) continue;
      all.push({ name, transport, peer: opened.use(peer), idle: await memoryOf(peer.pid) });
    }
  }
  return {
    all,
    of: ({ transport, peers }) =>
      all.filter((running) => running.transport === transport && peers.includes(running.name)),
  };
}
