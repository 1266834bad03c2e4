import { setTimeout as delay } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import { z } from 'zod';
import { settingsOf, sendToParent, sentToParent } from '../settings.ts';
import { callsPerShared } from './descriptors.ts';
import { functionPath } from './function-rows.ts';

/**
 * Makes calls at a fixed rate, independent of the responses, each on a new connection if none is free; as many as
 * the connections do not suffice for share some. Reports when all are sent, and then their outcomes and durations
 * from its sending.
 */
const { url, name, routes, calls, connections, perSecond } = settingsOf(
  z.object({
    url: z.string(),
    name: z.string(),
    routes: z.number(),
    calls: z.number(),
    connections: z.number(),
    perSecond: z.number(),
  }),
);
const shared = Math.ceil((calls - connections) / (callsPerShared - 1));
const sharing = shared * callsPerShared;
const patient = { headersTimeout: 0, bodyTimeout: 0 };
const alone = new Agent({ ...patient, pipelining: 1 });
const together = new Agent({ ...patient, pipelining: callsPerShared, connections: Math.max(1, shared) });
const tookMs: number[] = [];
const responses: Record<string, number> = {};
const pending: Promise<void>[] = [];
const startedAt = performance.now();
for (let sent = 0; sent < calls; ) {
  const due = Math.min(calls, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
  for (; sent < due; sent += 1) {
    const agent = sent < sharing ? together : alone;
    pending.push(callOnce(agent, functionPath(name, sent % routes)));
  }
  await delay(1);
}
sendToParent({ sentInMs: performance.now() - startedAt });
await Promise.all(pending);
await sentToParent({ responses, tookMs });
await Promise.all([alone.close(), together.close()]);
process.disconnect();

async function callOnce(agent: Dispatcher, path: string): Promise<void> {
  const sentAt = performance.now();
  const response = await responseOf(agent, path);
  tookMs.push(performance.now() - sentAt);
  responses[response] = (responses[response] ?? 0) + 1;
}

/** Its status, with the code of a problem; or what went wrong with the connection. */
async function responseOf(agent: Dispatcher, path: string): Promise<string> {
  try {
    const { statusCode, body } = await agent.request({
      origin: url,
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"domain":"example.com"}',
      // Both let another one be sent behind it.
      idempotent: true,
      blocking: false,
    });
    const text = await body.text();
    const code = statusCode < 400 ? undefined : /"code":"(\w+)"/.exec(text)?.[1];
    return code === undefined ? String(statusCode) : `${statusCode} ${code}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
