import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Workbench } from '../workbench.ts';

const Calls = z.object({ now: z.number(), peak: z.number() });

/** The process that stands in for all functions (stand-in-child.ts). `calls` returns its current and peak number of calls. */
export type StandIn = AsyncDisposable &
  Readonly<{ origin: string; calls: () => Promise<z.output<typeof Calls>> }>;

const withinMs = 10_000;

export async function startStandIn({ children }: Workbench): Promise<StandIn> {
  const child = children.start(join(import.meta.dirname, 'stand-in-child.ts'), {});
  const { origin } = await messageOf(child, z.object({ origin: z.string() }), withinMs);
  return {
    origin,
    calls: () => {
      const reply = messageOf(child, Calls, withinMs);
      child.send('calls');
      return reply;
    },
    [Symbol.asyncDispose]: () => children.stop(child),
  };
}
