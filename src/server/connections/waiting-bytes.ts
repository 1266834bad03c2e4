import type { ServerResponse } from 'node:http';

/** What all waiting responses may take together. */
export type WaitingBudget = Readonly<{
  take: (bytes: number) => boolean;
  giveBack: (bytes: number) => void;
}>;

/** How often what waits is counted. Callers that read are done before the first time. */
const countEveryMs = 250;
/** How long a caller may read nothing of a response. */
const unreadMs = 30_000;

/**
 * Counts the bytes that responses of our own have waiting because their callers do not read them, or not as fast as they are
 * written. Where the budget has no room for them, or nothing was read for 30 s, the connection is closed: the caller can
 * request the same again. Calls count their own responses (dynamic/call/active-call.ts).
 */
export function createWaitingBytes(budget: WaitingBudget): (outgoing: ServerResponse) => void {
  return (outgoing) => {
    // Most responses have gone out by now.
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
