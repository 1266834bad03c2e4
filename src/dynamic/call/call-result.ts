import type { ProblemOfCall } from '../../errors.ts';
import type { RetryRule } from '../../modal/platform-errors.ts';

/** How a call ended. The code that made the call passes the result on, and then calls `delivery.end`, whatever its kind. */
export type CallResult = CallResponse | CallProblem | CallAbandoned;

/** A response of the function. */
export type CallResponse = FunctionResponse & Readonly<{ timing: CallTiming; delivery: Delivery }>;

/** The problem that the caller gets because there is no response to pass on. */
export type CallProblem = Readonly<{
  kind: 'problem';
  problem: ProblemOfCall;
  timing: CallTiming;
  delivery: Delivery;
}>;

/** The caller left: nobody is waiting for a result. */
export type CallAbandoned = Readonly<{ kind: 'abandoned' }>;

/** How long a call took until its status was known, in milliseconds, and how often the function was called. */
export type CallTiming = Readonly<{ upstreamMs: number; gatewayMs: number; attempts: number }>;

/** The last part of a call: its result is being passed on. */
export type Delivery = Readonly<{
  /**
   * The result is being delivered.
   *
   * @param cut ends a delivery that takes too long.
   */
  begin: (cut: (reason: unknown) => void) => void;
  /**
   * The last byte has been sent, or no more can be. Releases what the call holds and emits `call_ended`; later calls are
   * ignored.
   *
   * @param error what cut the response off, if anything did.
   */
  end: (outcome: DeliveryOutcome, responseBytes: number, error?: unknown) => void;
}>;

/** `abandoned`: the caller left before the end. */
export type DeliveryOutcome = 'whole' | 'cut' | 'abandoned';

/** A response of the function: its status and headers, and a body that is complete or still arriving. */
export type FunctionResponse = Readonly<{
  kind: 'response';
  status: number;
  headers: ResponseHeaders;
  body: BufferedBody | StreamedBody;
  /** Server-sent events: the body has no length and need not end. */
  isEventStream: boolean;
  /** Whether it was loaded from the location of a 303, so that the function had been started before. */
  isResult: boolean;
}>;

/** Names are in lower case; a header with several lines is a list. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A body that is complete. */
export type BufferedBody = Readonly<{ kind: 'buffered'; chunks: readonly Uint8Array[]; size: number }>;

/** A body that is still arriving, passed on as fast as the receiver takes it. */
export type StreamedBody = Readonly<{
  kind: 'streamed';
  /** Starts the flow. Called at most once. */
  start: (sink: BodySink) => void;
  /** Continues after a `write` that returned false. */
  resume: () => void;
  /** Ends the exchange: the rest is not needed. */
  abandon: (reason: unknown) => void;
}>;

/** Receives a streamed body. The last call is `end` or `cut`, once. */
export type BodySink = Readonly<{
  /** @returns false if no more should be written until `resume`. */
  write: (chunk: Uint8Array) => boolean;
  end: () => void;
  cut: (reason: unknown) => void;
}>;

/** Why an attempt produced no response that can be passed on. */
export type CallFailure = Readonly<{
  kind: 'failure';
  problem: ProblemOfCall;
  retry: RetryRule;
  /** How long the platform asked to wait, if it did. */
  retryAfterMs: number | null;
  /** Whether it indicates that the function itself is failing, not only this call. */
  tripsBreaker: boolean;
}>;

/** How one attempt of a call ended. */
export type Attempt = FunctionResponse | CallFailure;
