import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a measured process (`--import`) before its own code: reports its memory, event loop and resources to its
 * parent on request. The channel to the parent does not keep the process alive.
 */
const loopDelay = monitorEventLoopDelay({ resolution: 1 });
const toMs = (nanoseconds: number): number => nanoseconds / 1e6;

process.on('message', (question) => {
  if (question === 'probe: start') {
    globalThis.gc?.();
    loopDelay.enable();
    loopDelay.reset();
    process.send?.(reading());
  } else if (question === 'probe: read') {
    process.send?.(reading());
  } else if (question === 'probe: collect and read') {
    globalThis.gc?.();
    process.send?.(reading());
  }
});
process.channel?.unref();

function reading(): object {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const loop = { p50Ms: loopDelay.percentile(50), p99Ms: loopDelay.percentile(99), maxMs: loopDelay.max };
  return {
    rss,
    peakRss: peakRss(),
    heapUsed,
    external,
    arrayBuffers,
    cpuMs: (user + system) / 1000,
    loop: { p50Ms: toMs(loop.p50Ms), p99Ms: toMs(loop.p99Ms), maxMs: toMs(loop.maxMs) },
    resources: process.getActiveResourcesInfo(),
  };
}

/** Bytes. `resourceUsage().maxRSS` will not do on Linux: a process begins with its parent's (execve keeps it). */
function peakRss(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
