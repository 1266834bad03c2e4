import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Workbench } from '../workbench.ts';

/** What a hostile caller does over and over, or for as long as it stays. */
export type Attack =
  /** POSTs one body after another to a path, each when the last has its response. */
  | Readonly<{ kind: 'bodies'; path: string; body: BodyShape; bytes: number }>
  /** Pipelines 64 KiB of requests over one connection, reads all responses, and begins again. */
  | Readonly<{ kind: 'pipelined'; requests: readonly string[] }>
  /** Pipelines 64 KiB of requests over each of many connections, and never reads. */
  | Readonly<{ kind: 'unread'; request: string; connections: number }>;

/** Bodies that are cheap to send: see attack-child.ts. */
export type BodyShape = 'numbers' | 'brackets' | 'unique integers' | 'valid';

const Done = z.object({ responses: z.number() });
const graceMs = 120_000;

/** An attack under way, in a process of its own. */
export type Attacker = Readonly<{
  /** Resolves when the attack has begun to have its effect: all is sent that is sent at first. */
  begun: Promise<void>;
  /** Resolves with the number of responses that it got. */
  ended: Promise<number>;
}>;

/** Starts an attack on a gateway for some seconds. */
export function startAttack(bench: Workbench, url: string, attack: Attack, seconds: number): Attacker {
  const child = bench.children.start(join(import.meta.dirname, 'attack-child.ts'), {
    settings: { url, attack, seconds },
  });
  const withinMs = seconds * 1000 + graceMs;
  const begun = messageOf(child, z.object({ begun: z.literal(true) }), withinMs);
  return {
    begun: begun.then(() => undefined),
    ended: begun.then(async () => (await messageOf(child, Done, withinMs)).responses),
  };
}
