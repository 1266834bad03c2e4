import type { Transport } from './functions/functions.ts';
import { type Memory, memoryOf } from './measure/memory.ts';
import type { PeerName } from './peers/peers.ts';
import type { RunningPeer } from './running.ts';

/** Memory of a process that was measured. */
export type MemoryReading = Readonly<{
  name: PeerName;
  transport: Transport;
  /** Just after the start; null where it is not known. */
  idle: Memory | null;
  loaded: Memory;
}>;

/** What each process has in memory now; those without a process of their own are missing. */
export async function memoryReadings(running: readonly RunningPeer[]): Promise<readonly MemoryReading[]> {
  const readings: MemoryReading[] = [];
  for (const { name, transport, peer, idle } of running) {
    const loaded = await memoryOf(peer.pid);
    if (loaded !== null) readings.push({ name, transport, idle, loaded });
  }
  return readings;
}
