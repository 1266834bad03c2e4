import { coresIn } from '../cores.ts';
import type { Peer } from '../peers/peer.ts';
import { requestBody, type Size } from '../payloads.ts';
import type { Stage } from '../stage.ts';
import type { LoadResult } from './load.ts';

/** One measurement of one peer. Shares are of the time that it took; null if the machine does not report it. */
export type Sample = LoadResult &
  Readonly<{
    /** User and system time of all threads of the proxy, divided by requests. */
    cpuMicros: number | null;
    /** How much of its core the proxy used. */
    proxyShare: number | null;
    /** How much of the proxies' core was used by processes that are none of the peers. */
    foreignShare: number | null;
    /** How much of a core load and functions used; of whichever was nearest to all that it can have. */
    loadShare: number | null;
  }>;

export type SamplePlan = Readonly<{
  name: string;
  size: Size;
  connections: number;
  seconds: number;
  /**
   * Of load before, which is not measured. A proxy that has waited for minutes finds cold caches, and pages that the kernel
   * took back meanwhile: without a second of it, the interval of a ratio was 0.54 to 3.08, with it 0.97 to 1.22.
   */
  leadInSeconds: number;
  /** The processes of all peers, those that wait for their turn too. */
  peerPids: readonly number[];
}>;

/** Puts load on a peer and measures its cost. */
export async function takeSample(stage: Stage, peer: Peer, plan: SamplePlan): Promise<Sample> {
  const { url, paths, headers } = peer;
  const calls = { ...plan, url, paths: paths(plan.size), headers, body: requestBody(plan.size) };
  if (plan.leadInSeconds > 0) await stage.load.run({ ...calls, seconds: plan.leadInSeconds });
  const before = await readings(stage, peer, plan.peerPids);
  const startedAt = performance.now();
  const result = await stage.load.run(calls);
  const wallMs = performance.now() - startedAt;
  const after = await readings(stage, peer, plan.peerPids);
  const used = (read: (found: Readings) => number | null): number | null => {
    const [start, end] = [read(before), read(after)];
    return start === null || end === null ? null : end - start;
  };
  const proxyMs = used(({ proxy }) => proxy);
  const foreignMs = used(({ foreign }) => foreign);
  const loadMs = used(({ load }) => load);
  const functionsMs = used(({ functions }) => functions);
  return {
    ...result,
    cpuMicros: proxyMs === null ? null : (proxyMs * 1000) / result.requests,
    proxyShare: proxyMs === null ? null : proxyMs / wallMs,
    foreignShare: foreignMs === null ? null : Math.max(0, foreignMs) / wallMs,
    loadShare:
      loadMs === null || functionsMs === null
        ? null
        : // Each has one thread, and where there is one core for both, they share it.
          Math.max(loadMs, functionsMs, (loadMs + functionsMs) / otherCores(stage)) / wallMs,
  };
}

type Readings = Awaited<ReturnType<typeof readings>>;

/** Processor time so far, in milliseconds. */
async function readings({ cpuTime, cores, functions }: Stage, { pid }: Peer, peerPids: readonly number[]) {
  if (cpuTime === null) return { proxy: null, foreign: null, load: null, functions: null };
  const ofPeers = await Promise.all(peerPids.map(cpuTime.ofProcess));
  const peersMs = ofPeers.reduce((sum, ms) => sum + ms, 0);
  return {
    proxy: pid === null ? null : await cpuTime.ofProcess(pid),
    foreign: cores === null ? null : (await cpuTime.ofCores(cores.proxy)) - peersMs,
    load: await cpuTime.ofEndedChildren(),
    functions: await cpuTime.ofProcess(functions.pid),
  };
}

function otherCores({ cores }: Stage): number {
  return cores === null ? 2 : coresIn(cores.others).length;
}
