import { ask } from './registry.ts';

export type Load = AsyncDisposable &
  Readonly<{
    /** How many calls were answered so far. */
    answered: () => number;
    /** What went wrong: the status and the workflow of each answer that was not the expected one, or the fault. */
    failures: () => readonly string[];
    /** Ends it once the calls under way have ended. */
    stop: () => Promise<void>;
  }>;

/** Concurrent callers of one path, each on with the next call once its last one was answered, until stopped. */
export function startLoad(replica: Readonly<{ url: string }>, path: string, slug: string, callers = 4): Load {
  const failures: string[] = [];
  let answered = 0;
  const stopping = new AbortController();
  const call = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const got = await ask(replica, path).then(String, String);
      answered += 1;
      if (got !== `200,${slug}`) failures.push(got);
    }
  };
  const running = Promise.all(Array.from({ length: callers }, call));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  return { answered: () => answered, failures: () => failures, stop, [Symbol.asyncDispose]: stop };
}
