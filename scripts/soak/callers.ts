import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../bench/children.ts';
import type { Workbench } from '../bench/workbench.ts';
import { Tally } from './tally.ts';

/** Callers in a separate process (callers-child.ts). `stop` waits for their last responses. */
export type Callers = Readonly<{ tally: () => Promise<Tally>; stop: () => Promise<Tally> }>;

export type CallersOptions = Readonly<{ url: string; seed: number; callers: number }>;

const withinMs = 60_000;
const Ended = Tally.extend({ hasEnded: z.literal(true) });

export function startCallers({ children }: Workbench, settings: CallersOptions): Callers {
  const child = children.start(join(import.meta.dirname, 'callers-child.ts'), { settings });
  const ask = <T>(shape: z.ZodType<T>, question: string): Promise<T> => {
    const reply = messageOf(child, shape, withinMs);
    child.send(question);
    return reply;
  };
  return { tally: () => ask(Tally, 'tell'), stop: () => ask(Ended, 'stop') };
}
