import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { z } from 'zod';
import { settingsOf, sendToParent, sentToParent } from '../bench/settings.ts';
import { planCall } from './call-plan.ts';
import { makeCall } from './make-call.ts';
import { seededRandom, wholeBetween } from './random.ts';
import { keepTally } from './tally.ts';

/**
 * The callers, each of which makes one call after another until the parent sends `stop`. Reports the tally when asked,
 * and at the end, once every call has ended and every connection is closed.
 */
const { url, seed, callers } = settingsOf(
  z.object({ url: z.string(), seed: z.number(), callers: z.number() }),
);
const pauseMs = 50;

const random = seededRandom(seed);
const tally = keepTally();
const agent = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const stopping = new AbortController();
let id = 0;
process.on('message', (message) => {
  if (message === 'stop') stopping.abort();
  else sendToParent(tally.now());
});
await Promise.all(Array.from({ length: callers }, callUntilStopped));
await agent.destroy();
await sentToParent({ ...tally.now(), hasEnded: true });
process.disconnect();

async function callUntilStopped(): Promise<void> {
  while (!stopping.signal.aborted) {
    id += 1;
    const plan = planCall(random, id);
    tally.add(plan, await makeCall(agent, url, plan));
    await delay(wholeBetween(random, 0, pauseMs));
  }
}
