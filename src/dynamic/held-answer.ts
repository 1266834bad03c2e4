import type { Dispatcher } from 'undici';
import { classifyPlatformError, maxTextBytes, type PlatformError } from '../modal/platform-errors.ts';
import type { BufferBudget } from './buffer-budget.ts';
import { type HeldBody, holdBody, holdBytes } from './held-body.ts';

/** An answer, held as far as it goes (held-body.ts). */
export type HeldAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: HeldBody;
  /** A stream of events, which is passed on at once and need not end. */
  isEventStream: boolean;
}>;

/**
 * Holds an answer while it is read; where the budget has no more for it, it is passed on as it comes. What may be an
 * error of the platform is held without asking: it must not be taken for the function's own where memory is short.
 */
export async function holdAnswer(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  budget: BufferBudget,
): Promise<HeldAnswer> {
  const isEventStream = isEvents(headers['content-type']);
  const freeBytes = status >= 400 ? maxTextBytes : 0;
  let size = 0;
  let taken = 0;
  const take = (bytes: number): boolean => {
    size += bytes;
    if (size <= freeBytes) return true;
    if (!budget.take(size - taken)) return false;
    taken = size;
    return true;
  };
  try {
    const limit = isEventStream ? -1 : holdBytes;
    const held = await holdBody(body[Symbol.asyncIterator](), limit, take);
    return { status, headers, body: held, isEventStream };
  } finally {
    budget.giveBack(taken);
  }
}

function isEvents(contentType: string | string[] | undefined): boolean {
  return typeof contentType === 'string' && contentType.toLowerCase().startsWith('text/event-stream');
}

/** The error that the platform gave in the function's place; null where the answer is the function's own. */
export function platformErrorOf({ status, headers, body }: HeldAnswer): PlatformError | null {
  if (status < 400 || body.rest !== null) return null;
  const contentType = headers['content-type'];
  const type = typeof contentType === 'string' ? contentType : undefined;
  return classifyPlatformError(status, type, Buffer.concat(body.chunks, body.size));
}
