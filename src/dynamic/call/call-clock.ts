import { setTimeout as delay } from 'node:timers/promises';
import { TimeoutError } from 'p-timeout';

/** Why a call must end before it is done. */
export type Interruption = 'deadline' | 'abandoned';

/**
 * The one reason why time is up. Making an error for each call costs 6 % of all that a call takes, and 1.5 KB for as long as it
 * lasts, for the stack of a line that is always the same.
 */
export const deadlinePassed = new TimeoutError('the deadline of the call passed');
/** The same for a caller that left. */
export const callerLeft = new Error('the caller left');

/**
 * Tells of the caller's leaving: what is needed of an AbortSignal, which is one. A controller and its signal take 0.9 µs and 1 KB a
 * call, which an adapter can spare (dynamic/http/exchange.ts).
 */
export type CallerSignal = Readonly<{
  readonly aborted: boolean;
  addEventListener: (type: 'abort', listener: AbortListener) => void;
  removeEventListener: (type: 'abort', listener: AbortListener) => void;
}>;

export type AbortListener = Readonly<{ handleEvent: () => void }>;

/** Something under way that an interruption ends. */
export type Interruptible = Readonly<{ abort: (reason: Error) => void }>;

/** A response that is complete may take this long to be read, and no longer than a whole call. */
const maxDeliveryMs = 60_000;

/**
 * The time of one call, from its first attempt to the last byte of its response: one timer, and one thing at a time that is
 * interrupted when it fires or the caller leaves.
 *
 * A class, since one is made for each call.
 */
export class CallClock implements AbortListener {
  /** Why the call must end, as soon as it must. */
  interruption: Interruption | null = null;

  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #caller: CallerSignal;
  #endsAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Interruptible | null = null;
  #controller: AbortController | null = null;

  /** @param now milliseconds of a clock that only goes forward. */
  constructor(timeoutMs: number, caller: CallerSignal, now: () => number) {
    this.#timeoutMs = timeoutMs;
    this.#now = now;
    this.#caller = caller;
    if (caller.aborted) this.interruption = 'abandoned';
    else caller.addEventListener('abort', this);
  }

  /** The caller left. */
  handleEvent(): void {
    this.#fire('abandoned');
  }

  /** The deadline begins to run. */
  start(): void {
    this.#endsAt = this.#now() + this.#timeoutMs;
    this.#timer = setTimeout(this.#expire, this.#timeoutMs);
  }

  /** Milliseconds to the deadline, 0 at least. */
  leftMs(): number {
    return Math.max(0, this.#endsAt - this.#now());
  }

  /** Names what is under way from now on, to be ended by an interruption; at once, where there was one. */
  onInterrupt(underWay: Interruptible): void {
    this.#underWay = underWay;
    if (this.interruption !== null) underWay.abort(reasonOf(this.interruption));
  }

  /** Fires with an interruption; made when it is first asked for, since few calls need it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.interruption !== null) this.#controller.abort(reasonOf(this.interruption));
    return this.#controller.signal;
  }

  /** @throws the interruption's reason, where there is one. */
  throwIfInterrupted(): void {
    if (this.interruption !== null) throw reasonOf(this.interruption);
  }

  /**
   * Waits.
   *
   * @throws the reason of an interruption.
   */
  async delay(ms: number): Promise<void> {
    try {
      await delay(ms, undefined, { signal: this.signal });
    } catch (error) {
      this.throwIfInterrupted();
      throw error;
    }
  }

  /** Ends what is under way, for a reason of ours. */
  cancel(reason: Error): void {
    this.#underWay?.abort(reason);
  }

  /**
   * From now on the response is on its way. One that is complete has only to be read, for which there is as long again, up to
   * a minute, also where the deadline has passed or had not begun to run: a caller that does not read its problems must not
   * hold a call in flight. The caller leaving is the deliverer's to notice.
   */
  deliver(delivery: Interruptible, isComplete: boolean): void {
    this.#caller.removeEventListener('abort', this);
    this.#underWay = delivery;
    if (!isComplete) return;
    const readMs = Math.min(this.#timeoutMs, maxDeliveryMs);
    this.#endsAt = this.#now() + readMs;
    if (this.#timer !== undefined && this.interruption === null) return;
    this.interruption = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#expire, readMs);
  }

  /** Something came of a response that need not end: the time runs anew. */
  refresh(): void {
    this.#endsAt = this.#now() + this.#timeoutMs;
  }

  /** Nothing is under way any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this);
    this.#underWay = null;
  }

  /** The end may have been put off since the timer was set: cheaper than setting it anew each time. */
  readonly #expire = (): void => {
    const leftMs = this.leftMs();
    if (leftMs > 0) this.#timer = setTimeout(this.#expire, leftMs);
    else this.#fire('deadline');
  };

  #fire(interruption: Interruption): void {
    if (this.interruption !== null) return;
    this.interruption = interruption;
    const reason = reasonOf(interruption);
    this.#controller?.abort(reason);
    this.#underWay?.abort(reason);
  }
}

function reasonOf(interruption: Interruption): Error {
  return interruption === 'deadline' ? deadlinePassed : callerLeft;
}
