import { setTimeout as delay } from 'node:timers/promises';
import { TimeoutError } from 'p-timeout';

/** Why a call must end before it is done. */
export type Interruption = 'deadline' | 'abandoned';

/**
 * The abort reason of every deadline that passed. Creating an error for each call would cost 6 % of the call's CPU time, and
 * 1.5 KB for its duration, for a stack trace that is always the same.
 */
export const deadlinePassed = new TimeoutError('the deadline of the call passed');
/** The abort reason of every call whose caller left. */
export const callerLeft = new Error('the caller left');

/**
 * Fires when the caller leaves. An AbortSignal is one, but a controller and its signal cost 0.9 µs and 1 KB per call, which an
 * adapter can avoid by implementing this itself (dynamic/http/exchange.ts).
 */
export type CallerSignal = Readonly<{
  readonly aborted: boolean;
  addEventListener: (type: 'abort', listener: AbortListener) => void;
  removeEventListener: (type: 'abort', listener: AbortListener) => void;
}>;

export type AbortListener = Readonly<{ handleEvent: () => void }>;

/** Something in progress that an interruption aborts. */
export type Interruptible = Readonly<{ abort: (reason: Error) => void }>;

/** How long the caller may take to read a complete response, unless the call's own timeout is shorter. */
const maxDeliveryMs = 60_000;

/**
 * The deadline of one call, from its first attempt to the last byte of its response: one timer, and the operation in
 * progress, which is aborted when the timer fires or the caller leaves.
 *
 * A class, because one is created per call and closures would cost more.
 */
export class CallClock implements AbortListener {
  /** Why the call must end; null until then. */
  interruption: Interruption | null = null;

  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #caller: CallerSignal;
  #endsAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Interruptible | null = null;
  #controller: AbortController | null = null;

  /** @param now monotonic time in milliseconds. */
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

  /** Starts the deadline. */
  start(): void {
    this.#endsAt = this.#now() + this.#timeoutMs;
    this.#timer = setTimeout(this.#expire, this.#timeoutMs);
  }

  /** Milliseconds until the deadline; 0 once it has passed. */
  leftMs(): number {
    return Math.max(0, this.#endsAt - this.#now());
  }

  /** Sets the operation that an interruption aborts; aborts it at once if there has been one. */
  onInterrupt(underWay: Interruptible): void {
    this.#underWay = underWay;
    if (this.interruption !== null) underWay.abort(reasonOf(this.interruption));
  }

  /** Aborts on an interruption. Created on first use, since few calls need it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.interruption !== null) this.#controller.abort(reasonOf(this.interruption));
    return this.#controller.signal;
  }

  /** @throws the interruption's reason, if there has been one. */
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

  /** Aborts the current operation for a reason other than an interruption. */
  cancel(reason: Error): void {
    this.#underWay?.abort(reason);
  }

  /**
   * The response is being delivered from now on. For a complete one the deadline restarts, with a minute at most, even if it
   * had passed or not been started: a caller that does not read its problem must not keep its call in flight. From here on
   * the adapter detects that the caller left.
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

  /** Part of an unbounded response arrived: the deadline restarts. */
  refresh(): void {
    this.#endsAt = this.#now() + this.#timeoutMs;
  }

  /** The call is over. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this);
    this.#underWay = null;
  }

  /** `refresh` only moves the deadline, which is cheaper than a new timer each time; so the timer may fire too early. */
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
