import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../children.ts';
import type { Peer } from '../peers/peer.ts';
import { requestBody } from '../payloads.ts';
import type { Stage } from '../stage.ts';
import { trusting } from '../certificate.ts';

const FirstBytes = z.object({ tookMs: z.array(z.number()) });
const withinMs = 60_000;

/** How long the first event of a stream takes from the sending of its request: one call after the other, in ms. */
export async function firstByteMs(
  { bench: { children }, certificate }: Stage,
  { url, eventsPath, headers }: Peer,
  calls: number,
): Promise<readonly number[]> {
  const child = children.start(join(import.meta.dirname, 'first-byte-child.ts'), {
    settings: { url, path: eventsPath, headers, body: requestBody('small'), calls },
    env: trusting(certificate?.certificateFile),
  });
  const { tookMs } = await messageOf(child, FirstBytes, withinMs);
  return tookMs;
}
