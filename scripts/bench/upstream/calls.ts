import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Workbench } from '../workbench.ts';

const Sent = z.object({ sentInMs: z.number() });
const Calls = z.object({ responses: z.record(z.string(), z.number()), tookMs: z.array(z.number()) });

/** How calls ended: how many with each status and code, and what each took from its sending. */
export type Calls = z.output<typeof Calls>;

export type CallPlan = Readonly<{
  url: string;
  /** Rows of this name are called (function-rows.ts), one after the other. */
  name: string;
  routes: number;
  calls: number;
  perSecond: number;
  /** The longest that one call may take. */
  withinMs: number;
}>;

/**
 * Makes calls from a process of its own.
 *
 * @param onSent once all are sent.
 */
export async function makeCalls(
  { children }: Workbench,
  { withinMs, ...settings }: CallPlan,
  onSent: () => void = () => undefined,
): Promise<Calls> {
  const child = children.start(join(import.meta.dirname, 'calls-child.ts'), { settings });
  await messageOf(child, Sent, (settings.calls / settings.perSecond) * 1000 + 60_000);
  onSent();
  return messageOf(child, Calls, withinMs);
}

/** The responses as text: `200: 9900, 503: 1`. */
export function responsesText({ responses }: Calls): string {
  return Object.entries(responses)
    .map(([kind, count]) => `${kind}: ${count}`)
    .join(', ');
}
