import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { z } from 'zod';
import { settingsOf, sendToParent, sentToParent } from '../settings.ts';
import { functionPath } from './function-rows.ts';

/**
 * Makes calls at a fixed rate, independent of the responses, each on a new connection if none is free. Reports when all
 * are sent, and then their outcomes and durations from its sending.
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
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, pipelining: 1 });
const tookMs: number[] = [];
const responses: Record<string, number> = {};
const pending: Promise<void>[] = [];
const startedAt = performance.now();
for (let sent = 0; sent < calls; ) {
  const due = Math.min(calls, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
  for (; sent < due; sent += 1) pending.push(callOnce(functionPath(name, sent % routes)));
  await delay(1);
}
sendToParent({ sentInMs: performance.now() - startedAt });
await Promise.all(pending);
await sentToParent({ responses, tookMs });
await agent.close();
process.disconnect();

async function callOnce(path: string): Promise<void> {
  const sentAt = performance.now();
  const response = await responseOf(path);
  tookMs.push(performance.now() - sentAt);
  responses[response] = (responses[response] ?? 0) + 1;
}

/** Its status, with the code of a problem; or what went wrong with the connection. */
async function responseOf(path: string): Promise<string> {
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
