import type { Dispatcher } from 'undici';
import { atEndOfTurn } from '../end-of-turn.ts';
import { maxTextBytes } from '../../../modal/platform-errors.ts';
import type { FunctionResponse, ResponseHeaders } from '../call-result.ts';
import type { BufferBudget } from '../limits/buffer-budget.ts';
import { connectFaultOf } from './connect-faults.ts';
import { ConnectionLostError } from './exchange-errors.ts';
import { asInvalidResponse, refuseInterim } from './invalid-response.ts';
import { isBeingReset } from './reset-connections.ts';
import { ResponseStream } from './response-stream.ts';

/** Returns the response that a redirect leads to. */
export type Follow = (redirect: FunctionResponse) => Promise<FunctionResponse>;

const seeOther = 303;

/** Responses are buffered until they are complete or this large, so that an earlier fault can be reported as a problem. */
export const maxBufferedResponseBytes = 256 * 1024;

/**
 * Collects one response: all of it if it is no larger than 256 KiB, else its beginning and a stream of the rest. Receives the
 * chunks from undici as they are parsed; `pool.request` creates a Readable and an async iterator for each response, which
 * cost 0.15 times more CPU per call (docs/decisions/0011).
 */
export class ResponseCollector implements Dispatcher.DispatchHandler {
  /**
   * The response, as soon as it can be passed on.
   *
   * @throws InvalidResponseError, InformationalResponseError, ConnectionLostError; what undici throws; the reason given to
   *   `abort`.
   */
  readonly response: Promise<FunctionResponse>;

  readonly #budget: BufferBudget;
  readonly #isResult: boolean;
  readonly #follow: Follow | undefined;
  #resolve: (response: FunctionResponse | Promise<FunctionResponse>) => void = unset;
  #reject: (reason: unknown) => void = unset;
  #controller: Dispatcher.DispatchController | null = null;
  #abortReason: Error | null = null;
  #status = 0;
  #headers: ResponseHeaders = {};
  #chunks: Uint8Array[] = [];
  #size = 0;
  #takenBytes = 0;
  #stream: ResponseStream | null = null;

  constructor(budget: BufferBudget, isResult: boolean, follow?: Follow) {
    this.#budget = budget;
    this.#isResult = isResult;
    this.#follow = follow;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /**
   * Ends the exchange. While the connection is being made, undici has nothing to abort yet: the abort is remembered and
   * applied before a byte is sent. Otherwise the function would be called after its caller had been told that it was not.
   */
  abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#abortReason === null) this.#controller = controller;
    else controller.abort(this.#abortReason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    if (status < 200) return refuseInterim(status);
    this.#status = status;
    this.#headers = headers;
    if (isEventStream(headers)) this.#beginStream(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#stream !== null) return this.#stream.push(chunk);
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    if (!this.#takeBytes() || this.#size > maxBufferedResponseBytes) this.#beginStream(controller);
  }

  onResponseEnd(): void {
    if (isBeingReset() && endsWithConnection(this.#headers)) {
      const reset = new Error('the connection was reset in a body that has no length');
      return this.onResponseError(this.#controller, new ConnectionLostError(reset));
    }
    this.#controller = null;
    if (this.#stream !== null) return this.#stream.end();
    this.#giveBack();
    atEndOfTurn(() => this.#respond({ kind: 'buffered', chunks: this.#chunks, size: this.#size }));
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const wasSent = this.#controller !== null;
    this.#controller = null;
    if (this.#stream !== null) this.#stream.cut(this.#abortReason ?? error);
    // Once the head has arrived, only the body can have been cut off.
    else this.#fail(this.#abortReason ?? (this.#status === 0 ? headFault(error, wasSent) : error));
  }

  #fail(reason: unknown): void {
    this.#giveBack();
    this.#reject(reason);
  }

  /** A possible platform error is buffered without asking the budget: it must be recognized even if memory is short. */
  #takeBytes(): boolean {
    if (this.#status >= 400 && this.#size <= maxTextBytes) return true;
    if (!this.#budget.take(this.#size - this.#takenBytes)) return false;
    this.#takenBytes = this.#size;
    return true;
  }

  #giveBack(): void {
    this.#budget.giveBack(this.#takenBytes);
    this.#takenBytes = 0;
  }

  #beginStream(controller: Dispatcher.DispatchController): void {
    this.#stream = new ResponseStream(controller, this.#chunks, this.#budget, this.#takenBytes);
    this.#takenBytes = 0;
    this.#respond(this.#stream);
  }

  #respond(body: FunctionResponse['body']): void {
    const headers = this.#headers;
    const response: FunctionResponse = {
      kind: 'response',
      status: this.#status,
      headers,
      body,
      isEventStream: isEventStream(headers),
      isResult: this.#isResult,
    };
    const isFollowed = response.status === seeOther && this.#follow !== undefined;
    // Not at once: undici may be in the middle of this response, which following the redirect ends.
    this.#resolve(isFollowed ? Promise.resolve(response).then(this.#follow) : response);
  }
}

/** Once a request was sent, no error may claim that it was not: a connection can also time out or fail in TLS later. */
function headFault(error: Error, wasSent: boolean): unknown {
  return wasSent && connectFaultOf(error) !== null
    ? new ConnectionLostError(error)
    : asInvalidResponse(error);
}

/** Whether only the end of the connection ends the body (RFC 9112 section 6.3). */
function endsWithConnection(headers: ResponseHeaders): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}

function isEventStream({ 'content-type': type }: ResponseHeaders): boolean {
  return typeof type === 'string' && /^text\/event-stream/i.test(type);
}

function unset(): never {
  throw new Error('The executor of a promise did not run at once.');
}
