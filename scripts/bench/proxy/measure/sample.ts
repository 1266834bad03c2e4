import { readFile } from 'node:fs/promises';
import { coresIn } from '../cores.ts';
import type { Peer } from '../peers/peer.ts';
import { requestBody, type Size } from '../payloads.ts';
import type { Stage } from '../stage.ts';
import type { LoadResult } from './load.ts';

/** One measurement of one peer. Shares are of the time that it took; null where this machine does not tell. */
export type Sample = LoadResult &
  Readonly<{
    /** User and system time of all threads of the proxy, divided by requests. */
    cpuMicros: number | null;
    /** How much of its core the proxy used. */
    proxyShare: number | null;
    /** How much of the proxy's core other processes used. */
    foreignShare: number | null;
    /** How busy the cores of load, functions and everything else were, on average. */
    othersShare: number | null;
  }>;

export type SamplePlan = Readonly<{ name: string; size: Size; connections: number; seconds: number }>;

/** Puts load on a peer and looks at what it took. */
export async function takeSample(stage: Stage, peer: Peer, plan: SamplePlan): Promise<Sample> {
  const { url, paths, headers } = peer;
  const before = await readings(stage, peer);
  const result = await stage.load.run({
    ...plan,
    url,
    paths: paths(plan.size),
    headers,
    body: requestBody(plan.size),
  });
  const after = await readings(stage, peer);
  const wallMs = after.atMs - before.atMs;
  const proxyMs = difference(after.proxyMs, before.proxyMs);
  const coreMs = difference(after.proxyCoreMs, before.proxyCoreMs);
  const othersMs = difference(after.othersMs, before.othersMs);
  return {
    ...result,
    cpuMicros: proxyMs === null ? null : (proxyMs * 1000) / result.requests,
    proxyShare: proxyMs === null ? null : proxyMs / wallMs,
    foreignShare: coreMs === null ? null : Math.max(0, coreMs - (proxyMs ?? 0)) / wallMs,
    othersShare: othersMs === null ? null : othersMs / wallMs / otherCores(stage),
  };
}

async function readings({ cpuTime, cores }: Stage, { pid }: Peer) {
  return {
    atMs: performance.now(),
    proxyMs: cpuTime === null || pid === null ? null : await cpuTime.ofProcess(pid),
    proxyCoreMs: cpuTime === null || cores === null ? null : await cpuTime.ofCores(cores.proxy),
    othersMs: cpuTime === null || cores === null ? null : await cpuTime.ofCores(cores.others),
  };
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}

function otherCores({ cores }: Stage): number {
  return cores === null ? 1 : coresIn(cores.others).length;
}

/** What a process has in memory, and had at most, in MB; null where there is no /proc. */
export async function memoryMb(pid: number | null): Promise<Readonly<{ rss: number; peak: number }> | null> {
  if (pid === null || process.platform !== 'linux') return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { rss: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
