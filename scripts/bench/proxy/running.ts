import { progress } from '../report.ts';
import { memoryMb } from './measure/sample.ts';
import { type PeerName, peerNames, startPeer } from './peers/peers.ts';
import type { Peer } from './peers/peer.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';
import type { Transport } from './functions/functions.ts';

export type RunningPeer = Readonly<{
  name: PeerName;
  transport: Transport;
  peer: Peer;
  /** RSS just after the start, in MB; null where it is not known. */
  idleMb: number | null;
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
      const { rss = null } = (await memoryMb(peer.pid)) ?? {};
      all.push({ name, transport, peer: opened.use(peer), idleMb: rss });
    }
  }
  return {
    all,
    of: ({ transport, peers }) =>
      all.filter((running) => running.transport === transport && peers.includes(running.name)),
  };
}
