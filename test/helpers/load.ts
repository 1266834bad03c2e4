import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './registry.ts';

export type Load = AsyncDisposable &
  Readonly<{
    /** How many calls have ended so far. */
    ended: () => number;
    /** What went wrong: the status and the workflow of each response that was not the expected one, or the error. */
    failures: () => readonly string[];
    /** Ends it once the calls under way have ended. */
    stop: () => Promise<void>;
  }>;

/** Between two calls: without it, the load takes a core from the test files that run beside it. */
const restMs = 3;

/** Concurrent callers of one path, each making the next call soon after its last one has ended, until stopped. */
export function startLoad(replica: Readonly<{ url: string }>, path: string, slug: string, callers = 4): Load {
  const failures: string[] = [];
  let ended = 0;
  const stopping = new AbortController();
  const call = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const got = await ask(replica, path).then(String, String);
      ended += 1;
      if (got !== `200,${slug}`) failures.push(got);
      await delay(restMs);
    }
  };
  const running = Promise.all(Array.from({ length: callers }, call));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  return { ended: () => ended, failures: () => failures, stop, [Symbol.asyncDispose]: stop };
}
