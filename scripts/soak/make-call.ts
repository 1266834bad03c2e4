import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { CallPlan } from './call-plan.ts';
import type { Outcome } from './expectations.ts';
import { sendHalf } from './half-request.ts';

/** Longer than any row's deadline: a caller that waits longer than this will never get a response. */
const responseTimeoutMs = 15_000;
const uploadPieces = 10;
const uploadPauseMs = 80;
const downloadPauseMs = 5;

/** Makes a planned call and returns its outcome. Never rejects. */
export async function makeCall(agent: Dispatcher, url: string, plan: CallPlan): Promise<Outcome> {
  if (plan.manner === 'half') return sendHalf(url, plan);
  const controller = new AbortController();
  const leave = setTimeout(() => controller.abort('left'), plan.leavesAfterMs ?? responseTimeoutMs);
  let hasHead = false;
  try {
    const { path, method, headers } = plan;
    const response = await agent.request({
      origin: url,
      path,
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: bodyOf(plan),
      signal: controller.signal,
    });
    hasHead = true;
    const text = await textOf(response.body, plan.manner === 'slow-download' ? downloadPauseMs : 0);
    return outcomeOf(response, text, plan);
  } catch (error) {
    if (controller.signal.aborted) return plan.leavesAfterMs === null ? 'no response in time' : 'left';
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const isCut = hasHead || ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code);
    return isCut ? 'cut' : `failed: ${code}`;
  } finally {
    clearTimeout(leave);
  }
}

function bodyOf({ method, manner, body }: CallPlan): string | Readable | null {
  if (method === 'GET') return null;
  return manner === 'slow-upload' ? Readable.from(piecesOf(body)) : body;
}

async function* piecesOf(body: string): AsyncGenerator<string> {
  const size = Math.ceil(body.length / uploadPieces);
  for (let at = 0; at < body.length; at += size) {
    await delay(uploadPauseMs);
    yield body.slice(at, at + size);
  }
}

async function textOf(body: Readable, pauseMs: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    if (pauseMs > 0) await delay(pauseMs);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Status and code; a 200 must be the response to this same request. */
function outcomeOf({ statusCode, headers }: Dispatcher.ResponseData, text: string, plan: CallPlan): Outcome {
  if (statusCode === 200) return !plan.isEchoed || text.includes(plan.body) ? '200' : '200 with another body';
  if (headers['content-type'] !== 'application/problem+json') return String(statusCode);
  return `${statusCode} ${/"code":"(\w+)"/.exec(text)?.[1] ?? 'without a code'}`;
}
