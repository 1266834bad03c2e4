import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Workbench } from '../workbench.ts';
import { hasProgram } from './programs.ts';

const Throughput = z.object({
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  failed: z.number(),
});

/** How fast something answers a fixed number of connections that send their next request once they have an answer. */
export type Throughput = z.output<typeof Throughput>;

export type ThroughputPlan = Readonly<{ url: string; path: string; seconds: number; connections: number }>;

/** A way to measure: `wrk` where it is installed, else a process of our own. */
export type Meter = Readonly<{ name: string; measure: (plan: ThroughputPlan) => Promise<Throughput> }>;

const body = '{"domain":"example.com"}';
const run = promisify(execFile);

export async function openMeter(bench: Workbench): Promise<Meter> {
  return (await hasProgram('wrk', '-v')) ? await wrk(bench) : undici(bench);
}

/** wrk's own report has no percentiles that a program could read, so the script prints them. */
async function wrk({ directory }: Workbench): Promise<Meter> {
  const script = join(directory, 'post.lua');
  await writeFile(
    script,
    `wrk.method = "POST"
     wrk.body = '${body}'
     wrk.headers["content-type"] = "application/json"
     done = function(summary, latency)
       local e = summary.errors
       io.write(string.format('\\n{"perSecond":%f,"p50Ms":%f,"p99Ms":%f,"failed":%d}\\n',
         summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
         e.connect + e.read + e.write + e.status + e.timeout))
     end`,
  );
  return {
    name: 'wrk, one thread',
    measure: async ({ url, path, seconds, connections }) => {
      const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script];
      const { stdout } = await run('wrk', [...options, url + path]);
      const line: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      return Throughput.parse(line);
    },
  };
}

function undici({ children }: Workbench): Meter {
  return {
    name: 'undici, one process',
    measure: (plan) => {
      const settings = { ...plan, body };
      const child = children.start(join(import.meta.dirname, 'throughput-child.ts'), { settings });
      return messageOf(child, Throughput, plan.seconds * 1000 + 30_000);
    },
  };
}
