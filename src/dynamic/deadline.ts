import pTimeout, { TimeoutError } from 'p-timeout';

/** The clock of one call, from its first try to the last byte of its answer. */
export type Deadline = Readonly<{
  /** Fires when the time is up, the caller goes, or `within` fails: whatever is still at work ends. */
  signal: AbortSignal;
  callerGone: AbortSignal;
  leftMs: () => number;
  /**
   * Does the work before the deadline.
   *
   * @throws TimeoutError at the deadline; the caller's reason to go; what the work throws.
   */
  within: <T>(work: () => Promise<T>) => Promise<T>;
  /**
   * Watches over an answer that is still coming. One that has an end must end in time; an event stream has none, and
   * goes on for as long as something comes within the same time.
   *
   * @param rest null where all is here in time, and has only to be taken: for that there is as long again, up to a minute.
   */
  watch: (rest: AsyncIterator<Uint8Array> | null, isEventStream: boolean) => AsyncIterator<Uint8Array> | null;
  /** To be called once, when nothing is at work any more. */
  end: () => void;
}>;

/**
 * The one reason why time is up. p-timeout would make an error for each call, in case it is needed: 6 % of all that a call
 * takes, and 1.5 KB for as long as it lasts, for the stack of a line that is always the same.
 */
const timeIsUp = new TimeoutError('the deadline of the call passed');

/** What came in time and has only to be taken has this long at most, and no longer than a whole call. */
const mostToTakeMs = 60_000;

/** @param now milliseconds of a clock that only goes forward. */
export function startDeadline(timeoutMs: number, callerGone: AbortSignal, now: () => number): Deadline {
  const controller = new AbortController();
  const endsAt = now() + timeoutMs;
  let timer: NodeJS.Timeout | undefined;
  const abandon = (): void => controller.abort(callerGone.reason);
  callerGone.addEventListener('abort', abandon, { once: true });
  const leftMs = (): number => Math.max(0, endsAt - now());
  return {
    signal: controller.signal,
    callerGone,
    leftMs,
    within: async (work) => {
      try {
        callerGone.throwIfAborted();
        // It takes no 0, which is what is left where the event loop was late.
        return await pTimeout(work(), { milliseconds: Math.max(1, leftMs()), message: timeIsUp });
      } catch (error) {
        // p-timeout rejects and leaves the work running.
        controller.abort(error);
        throw error;
      }
    },
    watch: (rest, isEventStream) => {
      const inTimeMs = isEventStream ? timeoutMs : leftMs();
      const waitMs = rest === null ? Math.min(timeoutMs, mostToTakeMs) : inTimeMs;
      const ending = setTimeout(() => controller.abort(timeIsUp), waitMs);
      timer = ending;
      return isEventStream && rest !== null ? refreshing(rest, ending) : rest;
    },
    end: () => {
      clearTimeout(timer);
      callerGone.removeEventListener('abort', abandon);
    },
  };
}

function refreshing(rest: AsyncIterator<Uint8Array>, timer: NodeJS.Timeout): AsyncIterator<Uint8Array> {
  return {
    next: async () => {
      const next = await rest.next();
      timer.refresh();
      return next;
    },
    return: async () => (await rest.return?.()) ?? { done: true, value: undefined },
  };
}
