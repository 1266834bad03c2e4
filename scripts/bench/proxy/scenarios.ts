import type { Transport } from './functions/functions.ts';
import { type PeerName, peerNames } from './peers/peers.ts';
import type { Size } from './payloads.ts';

/** What is measured of each of its peers, once a round. */
export type Scenario = Readonly<{
  name: string;
  title: string;
  transport: Transport;
  size: Size;
  connections: number;
  /** Whether event streams are opened, one after the other; else calls are made as fast as they are responded to. */
  isEvents: boolean;
  peers: readonly PeerName[];
}>;

const transportTitles = { plain: 'plain HTTP', tls: 'TLS to the function' } as const;
const sizeTitles = { small: '1 KB', large: '100 KB' } as const;
const onHundredRoutes = peerNames.filter((name) => name !== 'rowgate-10k');

/** All that a full run measures. */
export const allScenarios: readonly Scenario[] = [
  ...(['plain', 'tls'] as const).flatMap((transport) =>
    (['small', 'large'] as const).flatMap((size) =>
      [64, 1].map((connections) =>
        calls(
          transport,
          size,
          connections,
          size === 'small' && connections === 64 ? peerNames : onHundredRoutes,
        ),
      ),
    ),
  ),
  events('plain', onHundredRoutes),
  events('tls', onHundredRoutes),
];

/** What a run of a minute has time for. */
export const quickScenarios: readonly Scenario[] = [
  calls('plain', 'small', 64, ['bare', 'rowgate', 'rowgate-off']),
  calls('tls', 'small', 64, ['bare', 'rowgate']),
  calls('plain', 'small', 1, ['direct', 'rowgate']),
];

function calls(transport: Transport, size: Size, connections: number, peers: readonly PeerName[]): Scenario {
  const title = `${transportTitles[transport]}, ${sizeTitles[size]}, ${connections} connection${connections === 1 ? '' : 's'}`;
  return {
    name: `${transport}-${size}-${connections}`,
    title,
    transport,
    size,
    connections,
    isEvents: false,
    peers,
  };
}

function events(transport: Transport, peers: readonly PeerName[]): Scenario {
  const title = `First event of a stream, ${transportTitles[transport]}, 1 connection`;
  return {
    name: `${transport}-events`,
    title,
    transport,
    size: 'small',
    connections: 1,
    isEvents: true,
    peers,
  };
}
