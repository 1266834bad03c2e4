import { type ErrorCode, errorKinds, type ProblemOfCall } from '../../errors.ts';
import type { Hop } from '../../modal/hop.ts';
import type { Observe } from '../../observability/observation.ts';
import type { Call } from './call.ts';
import { CallClock, type CallerSignal, type Interruptible } from './call-clock.ts';
import type {
  BodySink,
  BufferedBody,
  CallAbandoned,
  CallProblem,
  CallResponse,
  CallTiming,
  Delivery,
  DeliveryOutcome,
  FunctionResponse,
  StreamedBody,
} from './call-result.ts';
import type { CallLimits } from './limits/call-limits.ts';
import type { BodyAccount } from './read-body.ts';
import type { HopListener } from './upstream/follow-hops.ts';

export type ActiveCallOptions = Readonly<{
  limits: Pick<CallLimits, 'inFlight' | 'budget'>;
  observe: Observe;
  /** Monotonic time in milliseconds. */
  now: () => number;
}>;

/** nginx's status for a caller that closed the connection. It is only recorded: nobody is left to receive it. */
const callerGoneStatus = 499;
const abandoned: CallAbandoned = { kind: 'abandoned' };

/**
 * One call from its admission to its last byte: the resources it holds, its duration and its events. Whatever happens,
 * `call_ended` is emitted exactly once, and everything that the call holds is released with it.
 */
export class ActiveCall implements BodyAccount, Delivery, HopListener, Interruptible {
  readonly call: Call;
  readonly clock: CallClock;
  /** How often the function has been called. */
  readonly attempts = { made: 0 };
  /** Releases the slot under the row's max_concurrency, if the call has one. */
  releaseSlot: (() => void) | null = null;

  readonly #options: ActiveCallOptions;
  readonly #startedAt: number;
  #isInFlight = false;
  #bufferedBytes = 0;
  #requestBytes = 0;
  #calledAt: number | null = null;
  #timing: CallTiming | null = null;
  #body: BufferedBody | StreamedBody | null = null;
  #status = 0;
  #code: ErrorCode | null = null;
  #cause: unknown;
  #cut: ((reason: unknown) => void) | null = null;
  #hasEnded = false;

  constructor(call: Call, caller: CallerSignal, options: ActiveCallOptions) {
    this.call = call;
    this.#options = options;
    this.#startedAt = options.now();
    this.clock = new CallClock(call.route.timeoutSeconds * 1000, caller, options.now);
    options.observe({ kind: 'call_started', requestId: call.requestId, slug: call.route.slug });
  }

  /** Counts the call as in flight; false if MAX_IN_FLIGHT is reached. */
  enter(): boolean {
    this.#isInFlight = this.#options.limits.inFlight.enter();
    return this.#isInFlight;
  }

  /** Takes bytes from the budget; they are returned when the call ends. */
  takeBytes(bytes: number): boolean {
    if (!this.#options.limits.budget.take(bytes)) return false;
    this.#bufferedBytes += bytes;
    return true;
  }

  countRequestBytes(bytes: number): void {
    this.#requestBytes += bytes;
  }

  /** The function is about to be called. */
  beginUpstream(): void {
    this.#calledAt = this.#options.now();
  }

  redirected(hop: Hop): void {
    const { requestId, route } = this.call;
    this.#options.observe({ kind: 'call_redirected', requestId, slug: route.slug, hop });
  }

  /** The function responded. */
  respond(response: FunctionResponse): CallResponse {
    const { body, status } = response;
    this.#body = body.kind === 'streamed' ? this.#streamOf(body, response.isEventStream) : body;
    const bytes = body.kind === 'buffered' ? body.size : 0;
    // It is in memory already: even if the budget is full, sending it is better than refusing it.
    this.takeBytes(bytes);
    // A function whose response is complete is done; one that is still sending is not.
    if (body.kind === 'buffered') this.#releaseSlot();
    return { ...response, body: this.#body, timing: this.#headKnown(status, null), delivery: this };
  }

  /** The call ends in a problem: there is no response to pass on. */
  refuse(problem: ProblemOfCall): CallProblem {
    const { code, cause } = problem;
    this.#code = code;
    this.#cause = cause;
    this.#releaseSlot();
    return {
      kind: 'problem',
      problem,
      timing: this.#headKnown(errorKinds[code].status, code),
      delivery: this,
    };
  }

  /** The caller left before there was anything to deliver. */
  abandon(): CallAbandoned {
    this.#timing = this.#takeTiming();
    this.#status = callerGoneStatus;
    this.end('abandoned', 0);
    return abandoned;
  }

  /** A bug in Rowgate. The function may still be running, or sending a response that nobody reads. */
  fail(error: unknown): void {
    this.clock.cancel(new Error('the call failed', { cause: error }));
    this.#status = errorKinds.internal_error.status;
    this.#code = 'internal_error';
    this.end('whole', 0, error);
  }

  begin(cut: (reason: unknown) => void): void {
    if (this.#hasEnded) return;
    this.#cut = cut;
    this.clock.deliver(this, this.#body?.kind !== 'streamed');
  }

  /** The delivery took too long, or the call failed during it. */
  abort(reason: Error): void {
    if (this.#body?.kind === 'streamed') this.#body.abandon(reason);
    this.#cut?.(reason);
  }

  end(outcome: DeliveryOutcome, responseBytes: number, error?: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.clock.stop();
    if (this.#body?.kind === 'streamed') this.#body.abandon(error);
    this.#releaseSlot();
    this.#options.limits.budget.giveBack(this.#bufferedBytes);
    if (this.#isInFlight) this.#options.limits.inFlight.leave();
    this.#emitEnd(outcome, responseBytes, error);
  }

  #emitEnd(outcome: DeliveryOutcome, responseBytes: number, error: unknown): void {
    const { call, attempts } = this;
    const { upstreamMs, gatewayMs } = this.#timing ?? this.#takeTiming();
    this.#options.observe({
      kind: 'call_ended',
      requestId: call.requestId,
      slug: call.route.slug,
      outcome: this.#code !== null && outcome === 'whole' ? 'refused' : outcome,
      status: this.#status,
      code: this.#code,
      upstreamMs,
      gatewayMs,
      totalMs: tenths(this.#options.now() - this.#startedAt),
      attempts: attempts.made,
      requestBytes: this.#requestBytes,
      responseBytes,
      registryVersion: call.registryVersion,
      keyId: call.caller.keyId,
      clientAddress: call.caller.clientAddress,
      error: error ?? this.#cause,
    });
  }

  #headKnown(status: number, code: ErrorCode | null): CallTiming {
    this.#status = status;
    const timing = this.#takeTiming();
    this.#timing = timing;
    const { requestId, route } = this.call;
    this.#options.observe({ kind: 'call_responded', requestId, slug: route.slug, status, code, ...timing });
    return timing;
  }

  #takeTiming(): CallTiming {
    const now = this.#options.now();
    const { made } = this.attempts;
    const upstreamMs = made === 0 || this.#calledAt === null ? 0 : now - this.#calledAt;
    return {
      upstreamMs: tenths(upstreamMs),
      gatewayMs: tenths(now - this.#startedAt - upstreamMs),
      attempts: made,
    };
  }

  /** An event stream may continue while no gap between events exceeds the timeout; any other response must end in time. */
  #streamOf(body: StreamedBody, isEventStream: boolean): StreamedBody {
    if (!isEventStream) return body;
    const start = ({ write, end, cut }: BodySink): void =>
      body.start({
        write: (chunk) => {
          this.clock.refresh();
          return write(chunk);
        },
        end,
        cut,
      });
    return {
      kind: 'streamed',
      start,
      resume: () => body.resume(),
      abandon: (reason) => body.abandon(reason),
    };
  }

  #releaseSlot(): void {
    this.releaseSlot?.();
    this.releaseSlot = null;
  }
}

/** Rounds to a tenth of a millisecond; anything finer is noise. */
function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
