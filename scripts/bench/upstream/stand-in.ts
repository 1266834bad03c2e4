import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Workbench } from '../workbench.ts';

const Calls = z.object({ now: z.number(), peak: z.number() });

/** The process that stands for all functions (stand-in-child.ts). `calls` tells how many it has now, and had at most. */
export type StandIn = AsyncDisposable &
  Readonly<{ origin: string; calls: () => Promise<z.output<typeof Calls>> }>;

const withinMs = 10_000;

export async function startStandIn({ children }: Workbench): Promise<StandIn> {
  const child = children.start(join(import.meta.dirname, 'stand-in-child.ts'), {});
  const { origin } = await messageOf(child, z.object({ origin: z.string() }), withinMs);
  return {
    origin,
    calls: () => {
      const answer = messageOf(child, Calls, withinMs);
      child.send('calls');
      return answer;
    },
    [Symbol.asyncDispose]: () => children.stop(child),
  };
}
