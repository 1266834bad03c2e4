import type { ServerResponse } from 'node:http';

/** The memory that all unread responses may take together. */
export type WaitingBudget = Readonly<{
  take: (bytes: number) => boolean;
  giveBack: (bytes: number) => void;
}>;

/** How often unread bytes are counted. Callers that read their response are done before the first count. */
const countEveryMs = 250;
/** How long a caller may read nothing of a response. */
const unreadMs = 30_000;

/**
 * Counts the unread bytes of Rowgate's own responses, whose callers read too slowly or not at all. If the budget has no room
 * for them, or nothing is read for 30 s, the connection is closed: the caller can send the same request again. The responses
 * of calls are counted elsewhere (dynamic/call/active-call.ts).
 */
export function createWaitingBytes(budget: WaitingBudget): (outgoing: ServerResponse) => void {
  return (outgoing) => {
    // Most responses have been sent by now.
    if (outgoing.writableEnded && outgoing.writableLength === 0) return;
    let counted = 0;
    let hasTimeout = false;
    const count = (): void => {
      budget.giveBack(counted);
      counted = outgoing.writableLength;
      if (counted === 0) return;
      if (!hasTimeout) outgoing.setTimeout(unreadMs, close);
      hasTimeout = true;
      if (budget.take(counted)) return;
      counted = 0;
      close();
    };
    const close = (): void => void outgoing.destroy();
    const timer = setInterval(count, countEveryMs).unref();
    outgoing.once('close', () => {
      clearInterval(timer);
      budget.giveBack(counted);
      counted = 0;
    });
  };
}
