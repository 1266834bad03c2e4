import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AdmittedRequest } from '../../server/admitted-request.ts';
import { discardUpload } from '../../server/connections/discard-upload.ts';
import { internalError } from '../../server/internal-error.ts';
import { writeProblem } from '../../server/write-problem.ts';
import type { Call } from '../call/call.ts';
import type { AbortListener, CallerSignal } from '../call/call-clock.ts';
import type { CallProblem, CallResponse, CallTiming, Delivery } from '../call/call-result.ts';
import { incomingBody } from './incoming-body.ts';
import type { MatchedCall } from './match-call.ts';
import { requestHeaders } from './forwarded-headers.ts';
import { routeHeaders } from './route-headers.ts';
import { traceOf } from './trace-context.ts';
import { type Writing, writeResponse } from './write-response.ts';

/**
 * One request that calls a function, until its response is closed. For the call, it is the signal that the caller
 * disconnected; for the writer of the response, it records what was written. One object and one listener per call.
 */
export class Exchange implements CallerSignal, Writing {
  /** Whether the caller left before there was a result. */
  aborted = false;
  bytes = 0;
  error: unknown;

  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #request: AdmittedRequest;
  readonly #matched: MatchedCall;
  #leaving: AbortListener | null = null;
  #delivery: Delivery | null = null;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    request: AdmittedRequest,
    matched: MatchedCall,
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#request = request;
    this.#matched = matched;
    // After the last byte, and when the connection breaks.
    outgoing.on('close', () => this.#closed());
  }

  /** Only the call itself listens. */
  addEventListener(_: 'abort', listener: AbortListener): void {
    this.#leaving = listener;
  }

  removeEventListener(): void {
    this.#leaving = null;
  }

  call(): Call {
    const { target, requestId, ownId, caller, clientAddress } = this.#request;
    const { headers, rawHeaders } = this.#incoming;
    const { traceparent, continued } = traceOf(firstOf(headers['traceparent']), ownId);
    return {
      route: this.#matched.route,
      registryVersion: this.#matched.registryVersion,
      query: target.query,
      headers: requestHeaders(rawHeaders, headers.connection, !continued),
      body: incomingBody(this.#incoming),
      requestId,
      traceparent,
      caller: { keyId: caller?.keyId ?? null, clientAddress },
    };
  }

  /** Writes a result; the outcome is known when the response is closed. */
  deliver(result: CallResponse | CallProblem): void {
    this.#delivery = result.delivery;
    result.delivery.begin((reason) => this.cut(reason));
    if (result.kind === 'response') this.#writeResponse(result);
    else this.#writeProblem(result);
    // The connection broke while the result was on its way here.
    if (this.#outgoing.destroyed) this.#endDelivery();
  }

  /** Responds after an unexpected error, with the request id that is in the log. */
  fail(): void {
    const { route, registryVersion } = this.#matched;
    if (this.#outgoing.headersSent) {
      this.#outgoing.destroy();
      return;
    }
    const lines = [...routeHeaders(route).lines, 'x-registry-version', registryVersion];
    lines.push(...this.#request.crossOriginHeaders);
    writeProblem(this.#outgoing, internalError, this.#problemContext(), lines);
  }

  /**
   * Ends the connection in the middle of a response. In HTTP/1.0 an orderly end of the connection marks the end of the body
   * (RFC 9112 section 6.3), so there the connection is reset.
   */
  cut(reason: unknown): void {
    this.error = reason;
    if (this.#incoming.httpVersion === '1.0') this.#outgoing.socket?.resetAndDestroy();
    else this.#outgoing.destroy();
  }

  #writeResponse(result: CallResponse): void {
    const lines = this.#lines(result.timing);
    lines.push('x-request-id', this.#request.requestId);
    const { replaced } = routeHeaders(this.#matched.route);
    writeResponse(this.#incoming.method === 'HEAD', this.#outgoing, result, { lines, replaced }, this);
  }

  #writeProblem({ problem, timing }: CallProblem): void {
    const lines = this.#lines(timing);
    this.bytes = writeProblem(this.#outgoing, problem, this.#problemContext(), lines);
  }

  /** The header lines of every response of a call. */
  #lines(timing: CallTiming): string[] {
    const { route, registryVersion } = this.#matched;
    const lines = ['x-registry-version', registryVersion, 'server-timing', serverTiming(timing)];
    lines.push(...routeHeaders(route).lines, ...this.#request.crossOriginHeaders);
    return lines;
  }

  #problemContext() {
    const { target, requestId } = this.#request;
    return { instance: target.path, requestId, workflowSlug: this.#matched.route.slug };
  }

  #closed(): void {
    if (this.#delivery !== null) this.#endDelivery();
    else {
      this.aborted = true;
      this.#leaving?.handleEvent();
    }
    discardUpload(this.#incoming);
  }

  #endDelivery(): void {
    if (this.error !== undefined) this.#delivery?.end('cut', this.bytes, this.error);
    else this.#delivery?.end(this.#outgoing.writableFinished ? 'whole' : 'abandoned', this.bytes);
  }
}

/** Server Timing, section 3: how long the function and Rowgate took, in milliseconds, and how often the function was called. */
function serverTiming({ upstreamMs, gatewayMs, attempts }: CallTiming): string {
  return `upstream;dur=${upstreamMs}, gateway;dur=${gatewayMs}, attempts;desc="${attempts}"`;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
