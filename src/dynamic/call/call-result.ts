import type { Problem } from '../../errors.ts';
import type { RetryRule } from '../../modal/platform-errors.ts';

/** How a call ended, for whoever made it. Whatever its kind, `delivery.end` is called once it has been passed on. */
export type CallResult = CallResponse | CallProblem | CallAbandoned;

/** A response of the function. */
export type CallResponse = FunctionResponse & Readonly<{ timing: CallTiming; delivery: Delivery }>;

/** What the caller is told where there is no response to pass on. */
export type CallProblem = Readonly<{
  kind: 'problem';
  problem: Problem;
  timing: CallTiming;
  delivery: Delivery;
}>;

/** The caller left: nobody waits for a result. */
export type CallAbandoned = Readonly<{ kind: 'abandoned' }>;

/** What a call took until its head was known, in milliseconds, and how often the function was called. */
export type CallTiming = Readonly<{ upstreamMs: number; gatewayMs: number; attempts: number }>;

/** The last part of a call: its result is on its way to whoever made it. */
export type Delivery = Readonly<{
  /**
   * The result is being delivered.
   *
   * @param cut ends the delivery: it took too long.
   */
  begin: (cut: (reason: unknown) => void) => void;
  /**
   * The last byte is out, or no more can be. Gives back what the call holds and emits `call_ended`; further calls do nothing.
   *
   * @param error what cut the response, where something did.
   */
  end: (outcome: DeliveryOutcome, responseBytes: number, error?: unknown) => void;
}>;

/** `abandoned`: the caller left before the end. */
export type DeliveryOutcome = 'whole' | 'cut' | 'abandoned';

/** A response of the function, its head and as much of its body as was waited for. */
export type FunctionResponse = Readonly<{
  kind: 'response';
  status: number;
  headers: ResponseHeaders;
  body: BufferedBody | StreamedBody;
  /** A stream of events, which has no length and need not end. */
  isEventStream: boolean;
  /** It was loaded from where a 303 led: the call had been started before. */
  isResult: boolean;
}>;

/** Names in lower case; several lines of a name are a list. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A body that is complete. */
export type BufferedBody = Readonly<{ kind: 'buffered'; chunks: readonly Uint8Array[]; size: number }>;

/** A body that is still coming, passed on as fast as it is taken. */
export type StreamedBody = Readonly<{
  kind: 'streamed';
  /** Starts the flow; to be called at most once. */
  start: (sink: BodySink) => void;
  /** Goes on after a `write` that gave false. */
  resume: () => void;
  /** Ends the exchange: nobody wants the rest. */
  abandon: (reason: unknown) => void;
}>;

/** Where a streamed body goes. Exactly one of `end` and `cut` is called, as the last. */
export type BodySink = Readonly<{
  /** @returns false where no more should come until `resume`. */
  write: (chunk: Uint8Array) => boolean;
  end: () => void;
  cut: (reason: unknown) => void;
}>;

/** Why one attempt brought no response that can be passed on. */
export type CallFailure = Readonly<{
  kind: 'failure';
  problem: Problem;
  retry: RetryRule;
  /** How long the platform asked us to wait, where it did. */
  retryAfterMs: number | null;
  /** Whether it says that the function is unwell, and not only that this call went wrong. */
  tripsBreaker: boolean;
}>;

/** How one attempt of a call ended. */
export type Attempt = FunctionResponse | CallFailure;
