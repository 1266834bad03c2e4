import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { z } from 'zod';
import { settingsOf, tellParent } from '../settings.ts';
import { functionPath } from './function-rows.ts';

/**
 * Makes calls at a fixed rate, each on a connection of its own where none is free, whatever the answers do. Tells when
 * all are sent, and then how they ended and what each took from its sending.
 */
const { url, name, routes, calls, perSecond } = settingsOf(
  z.object({
    url: z.string(),
    name: z.string(),
    routes: z.number(),
    calls: z.number(),
    perSecond: z.number(),
  }),
);
const agent = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const tookMs: number[] = [];
const answers: Record<string, number> = {};
const pending: Promise<void>[] = [];
const startedAt = performance.now();
for (let sent = 0; sent < calls; ) {
  const due = Math.min(calls, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
  for (; sent < due; sent += 1) pending.push(callOnce(functionPath(name, sent % routes)));
  await delay(1);
}
tellParent({ sentInMs: performance.now() - startedAt });
await Promise.all(pending);
tellParent({ answers, tookMs });
await agent.close();
process.disconnect();

async function callOnce(path: string): Promise<void> {
  const sentAt = performance.now();
  const answer = await answerOf(path);
  tookMs.push(performance.now() - sentAt);
  answers[answer] = (answers[answer] ?? 0) + 1;
}

/** Its status, with the code of a problem; or what went wrong with the connection. */
async function answerOf(path: string): Promise<string> {
  try {
    const { statusCode, body } = await agent.request({
      origin: url,
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"domain":"example.com"}',
    });
    const text = await body.text();
    const code = statusCode < 400 ? undefined : /"code":"(\w+)"/.exec(text)?.[1];
    return code === undefined ? String(statusCode) : `${statusCode} ${code}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
