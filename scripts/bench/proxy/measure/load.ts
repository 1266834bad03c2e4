import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { messageOf } from '../../children.ts';
import { hasProgram } from '../../programs.ts';
import type { Workbench } from '../../workbench.ts';
import { type Certificate, trusting } from '../certificate.ts';

/** What callers got. Latencies in milliseconds; `failed` are errors and statuses above 399. */
const LoadResult = z.object({
  requests: z.number(),
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  failed: z.number(),
});

export type LoadResult = z.output<typeof LoadResult>;

/** Each connection sends its next request when it has its response, POSTing to the paths in turn. */
export type LoadPlan = Readonly<{
  /** Names the plan: what is prepared for it is used again. */
  name: string;
  url: string;
  paths: readonly string[];
  headers: Readonly<Record<string, string>>;
  body: string;
  connections: number;
  /** A whole number: wrk takes no other. */
  seconds: number;
}>;

/** Callers: `wrk` with one thread where it is installed, else a process of our own. It has ended when `run` resolves. */
export type Load = Readonly<{ name: string; run: (plan: LoadPlan) => Promise<LoadResult> }>;

const run = promisify(execFile);
/** How much longer than the load a measurement may take. */
const graceMs = 30_000;

export async function openLoad(bench: Workbench, certificate: Certificate | null): Promise<Load> {
  return (await hasProgram('wrk', '-v')) ? wrk(bench) : undici(bench, certificate);
}

function wrk({ directory }: Workbench): Load {
  return {
    name: 'wrk',
    run: async ({ name, url, paths, headers, body, connections, seconds }) => {
      const script = join(directory, `${name}.lua`);
      await writeFile(script, lua({ paths, headers, body }));
      const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script];
      const { stdout, stderr } = await run('wrk', [...options, url], { timeout: seconds * 1000 + graceMs });
      const line = /^\{.*\}$/m.exec(stdout)?.[0];
      if (line === undefined) throw new Error(`wrk printed no result for ${url}: ${stdout}${stderr}`);
      const result: unknown = JSON.parse(line);
      return LoadResult.parse(result);
    },
  };
}

/** Requests are made before they are needed. wrk's own report has no p50 that a program could read, so it is printed. */
function lua({ paths, headers, body }: Pick<LoadPlan, 'paths' | 'headers' | 'body'>): string {
  // With a space, since `[[` would begin another string.
  const quoted = (text: string): string => ` [==[${text}]==] `;
  const lines = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`,
  );
  return `
    wrk.headers["content-type"] = "application/json"
    ${lines.join('\n')}
    local paths = { ${paths.map(quoted).join(', ')} }
    local body = ${quoted(body)}
    local requests, at = {}, 0
    init = function()
      for index, path in ipairs(paths) do requests[index] = wrk.format("POST", path, nil, body) end
    end
    request = function()
      at = at % #requests + 1
      return requests[at]
    end
    done = function(summary, latency)
      local e = summary.errors
      io.write(string.format('\\n{"requests":%d,"perSecond":%f,"p50Ms":%f,"p99Ms":%f,"failed":%d}\\n',
        summary.requests, summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        e.connect + e.read + e.write + e.status + e.timeout))
    end`;
}

function undici({ children }: Workbench, certificate: Certificate | null): Load {
  return {
    name: 'undici',
    run: async (plan) => {
      const env = trusting(certificate?.certificateFile);
      const child = children.start(join(import.meta.dirname, 'load-child.ts'), { settings: plan, env });
      const ended = once(child, 'exit');
      const result = await messageOf(child, LoadResult, plan.seconds * 1000 + graceMs);
      await ended;
      return result;
    },
  };
}
